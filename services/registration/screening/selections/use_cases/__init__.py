"""Records decisions, changes them, and reads them."""
