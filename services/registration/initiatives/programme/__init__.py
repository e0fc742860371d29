"""The initiative itself: its period, its rule sets, its pool and how many municipalities are invited."""
