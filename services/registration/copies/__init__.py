"""What the other services publish, kept as received."""
