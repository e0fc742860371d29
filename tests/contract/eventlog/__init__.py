"""One suite that every event log must pass."""
