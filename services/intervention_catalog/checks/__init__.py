"""Checks a plan against the published rule sets."""
