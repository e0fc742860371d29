"""Transfers between schools of one municipality: claims of two schools that contradict each other, and decisions."""
