"""Intervention types A–E with their variants (source 000, chapter 4)."""
