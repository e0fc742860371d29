"""Courses: one run of an intervention for a class or a group, its enrolments, its sessions and its dosage."""
