"""Dosage: whether the minimum of an intervention is planned, is expected to be reached, and is delivered.

Attendance is a pupil's own share of what was delivered. It is shown next to dosage and never combined with it.
"""
