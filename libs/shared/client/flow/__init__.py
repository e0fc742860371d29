"""The counts of events and rows that every service gives to ops."""
