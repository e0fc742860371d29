"""The part of the service for initiatives."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.runtime.parts import Part
from services.registration.initiatives.allocations.routes import allocations_router
from services.registration.initiatives.history.routes import steps_router
from services.registration.initiatives.invitations.routes import invitations_router
from services.registration.initiatives.passed_on.routes import passed_on_router
from services.registration.initiatives.programme.routes import initiatives_router
from services.registration.initiatives.shares.routes import shares_router
from services.registration.initiatives.tables import (
    Allocation,
    AllocationPart,
    Initiative,
    InitiativeShare,
    InitiativeStep,
    Invitation,
    PassedOn,
)


def part(db: Database, outbox: Outbox, clock: Clock) -> Part:
    """The routes of initiatives. Whether a municipality takes part is an event of the room of municipalities."""
    return Part(
        routers=[
            initiatives_router(db, clock),
            shares_router(db, clock),
            invitations_router(db, outbox, clock),
            allocations_router(db, outbox, clock),
            passed_on_router(db, clock),
            steps_router(db),
        ],
        tables=[Initiative, InitiativeShare, Invitation, Allocation, AllocationPart, PassedOn, InitiativeStep],
    )
