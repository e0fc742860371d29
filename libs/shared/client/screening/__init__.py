"""Kept gross lists, assessments by the 13 questions, and what becomes of decisions."""
