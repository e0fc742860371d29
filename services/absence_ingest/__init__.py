"""Absence ingest: daily absence as municipalities send it, and which months are reported.

Owns days of absence per pupil and category, the sums per pupil and month, and the reported months of schools. It
identifies pupils only by random ids and keyed lookup keys.

Publishes absence.pupil-month and absence.completeness.
Consumes registration.municipality, registration.school, registration.calendar and registration.pupil.
"""
