"""Enrolments of pupils and classes, offers to pupils who join a class later, and groups that are split or merged."""
