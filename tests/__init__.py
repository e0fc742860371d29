"""Tests mirror the source: unit, integration, contract and end to end."""
