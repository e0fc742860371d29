"""Courses: what is planned, for whom, and until when."""
