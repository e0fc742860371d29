"""The part of the service for the rules."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.runtime.parts import Part
from services.registration.roster.class_kinds.routes import class_kinds_router
from services.registration.roster.class_kinds.tables import ClassKindRules
from services.registration.roster.class_kinds.use_cases import Apply


def part(db: Database, apply: Apply, clock: Clock) -> Part:
    """The rules of each school. ``apply`` is the function of the room ``classes``."""
    return Part(routers=[class_kinds_router(db, apply, clock)], tables=[ClassKindRules])
