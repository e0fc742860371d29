"""Classes: institution, school year and name."""
