"""Screens pupils, and makes the gross lists of a school and of a municipality, and figures without names."""
