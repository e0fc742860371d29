"""Taking published content out of use."""
