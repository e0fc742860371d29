"""Enrolments follow the roster: one who leaves the class or the school is enrolled until that day."""
