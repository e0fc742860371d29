"""The municipalities whose files are accepted, as registration publishes them."""
