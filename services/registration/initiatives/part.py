"""The part of the service for initiatives."""

from libs.shared.runtime.parts import Part
from services.registration.initiatives.tables import (
    Allocation,
    AllocationPart,
    Initiative,
    InitiativeShare,
    InitiativeStep,
    Invitation,
    PassedOn,
)

TABLES = (Initiative, InitiativeShare, Invitation, Allocation, AllocationPart, PassedOn, InitiativeStep)

PART = Part(tables=TABLES)
"""The tables."""
