"""Libraries: code that knows no service."""
