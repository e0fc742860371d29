"""Runs a service from its declaration: one way to start, drain and stop, the same for all services."""
