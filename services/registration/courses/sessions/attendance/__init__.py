"""Who attended the sessions of a course."""
