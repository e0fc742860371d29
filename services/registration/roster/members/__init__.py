"""The pupils in a school's classes on a day, for screening, selections and courses."""
