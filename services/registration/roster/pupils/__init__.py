"""Pupils of a municipality: who they are, by keys alone, and when they were in which class."""
