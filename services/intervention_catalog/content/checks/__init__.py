"""Checks of the content. Each returns the faults it finds and changes nothing."""
