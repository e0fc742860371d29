"""The events of the other services, stored as received."""
