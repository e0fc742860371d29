"""Enrolments from files."""
