"""Real parts for tests: found, started, and stopped here; never simulated."""
