"""The kinds of file this service takes; ``wiring.py`` binds each to its handler."""

from services.absence_ingest.absence.kind import ABSENCE
from services.absence_ingest.completeness.kind import COMPLETENESS

KINDS = (COMPLETENESS, ABSENCE)
