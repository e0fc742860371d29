"""Rotation of keys: where keys are used, re-encryption with the active key, and retiring keys that left a ring.

Each service declares its places (``places``); a test compares them with its tables, so that none is missing.
"""
