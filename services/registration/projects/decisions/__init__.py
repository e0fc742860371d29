"""The steps of a project: submission, return, approval, amendment and closing."""
