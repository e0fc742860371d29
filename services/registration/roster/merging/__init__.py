"""Two pupils who are one, one pupil who is two, and the history of a pupil's identifiers and stays."""
