"""From a service's declaration to its processes: one way to start, run, drain and stop for all four."""
