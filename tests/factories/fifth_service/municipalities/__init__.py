"""The names of the municipalities, as registration tells."""
