"""Dosage: whether the minimum of an intervention is planned, is on its way and is delivered.

Attendance is a pupil's own share of what was delivered. It is shown beside dosage and never mixed with it.
"""
