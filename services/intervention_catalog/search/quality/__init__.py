"""Measures how many queries of the query files find a right answer, next to a plain search."""
