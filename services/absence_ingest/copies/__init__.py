"""What the other services publish, as this service received it."""
