"""Who is in which class of a school on a day: what screening, selections and courses ask for."""
