"""Copies of what the catalog published: the rule sets this service judges by, and the intervention types in use."""
