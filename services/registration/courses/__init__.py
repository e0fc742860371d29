"""Courses: one delivery of an intervention to a class or a group, its enrolments, its sessions and its dosage."""
