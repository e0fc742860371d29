"""Settings of a service that counts requests and refuses none: for tests that send many requests quickly."""

UNLIMITED = dict.fromkeys(("LIMIT_SUBJECT", "LIMIT_OPEN", "LIMIT_FAILED"), "999999999/second")
"""By the setting's name without the service's prefix."""
