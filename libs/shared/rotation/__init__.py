"""Key rings in use: where keys are used, sealing again by the active key, and retiring the keys that left a ring.

Each service declares its places (``places``); a test compares them with its tables, so that none is forgotten.
"""
