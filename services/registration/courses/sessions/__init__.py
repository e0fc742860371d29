"""Sessions as they were held, and who attended."""
