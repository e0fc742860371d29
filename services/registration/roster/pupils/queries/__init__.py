"""The SQL of pupils, their identity cases and their former identifiers."""
