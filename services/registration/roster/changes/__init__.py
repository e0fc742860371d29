"""The change feed of the roster, for systems that pull."""
