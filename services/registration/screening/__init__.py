"""From the data about pupils to a decision about them: indicators, the gross list, selections."""
