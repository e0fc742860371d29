"""The dosage ledger: planned, delivered, attended and expected, per course and per pupil, and the courses at risk."""
