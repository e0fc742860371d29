"""Offers to pupils who join a class after its course began: the school accepts or declines each."""
