"""Copies of the catalog's publications: the rule sets by which this service judges, and the intervention types."""
