"""The products that can be ordered, one folder each."""
