"""Delivery over each event log: what is promised does not depend on which one it is."""
