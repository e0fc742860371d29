"""School calendars: the days a school teaches, by school year."""
