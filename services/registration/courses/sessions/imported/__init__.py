"""Sessions and attendance from files."""
