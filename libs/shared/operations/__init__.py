"""Functions for operators: health, counts of events and rows, dead letters, rebuilds, republishing, keys in use."""
