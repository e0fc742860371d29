"""Tests that every event log must pass."""
