"""The kept versions of a project, and its history."""
