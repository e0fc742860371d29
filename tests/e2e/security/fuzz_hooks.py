"""Teaches Schemathesis the media types of bulk import, and the short size; loaded by its own process
(``SCHEMATHESIS_HOOKS``).
"""

from typing import Any

import schemathesis
from schemathesis.generation.meta import CoveragePhaseData

from tests.e2e.security.sizes import sent


@schemathesis.serializer("application/x-ndjson", "text/csv")
def as_it_is(_context: Any, value: Any) -> bytes:
    """The generated value as the bytes of the body."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@schemathesis.hook
def filter_case(_context: Any, case: Any) -> bool:
    """Whether a request that breaks or meets one limit of the document is sent: each operation has some hundred."""
    data = case.meta.phase.data if case.meta else None
    if not isinstance(data, CoveragePhaseData):
        return True
    return sent(case.operation.label, data.location, data.parameter, data.description)
