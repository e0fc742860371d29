"""What the routes of decisions call."""
