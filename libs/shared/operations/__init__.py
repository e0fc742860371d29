"""What operators see and do: health, counts of events and rows, dead letters, keys in use."""
