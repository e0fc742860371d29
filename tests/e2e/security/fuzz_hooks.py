"""Teaches Schemathesis the media types of bulk import; loaded by its own process (``SCHEMATHESIS_HOOKS``)."""

from typing import Any

import schemathesis


@schemathesis.serializer("application/x-ndjson", "text/csv")
def as_it_is(_context: Any, value: Any) -> bytes:
    """The generated value as the bytes of the body."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
