"""Repeating schedules with exceptions, the sessions that they plan, and what became of these."""
