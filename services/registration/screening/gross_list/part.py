"""The part of the service for the gross list."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.privacy.keys import Vault
from libs.shared.runtime.parts import Part
from services.registration.roster.identity.sealing import PupilVault
from services.registration.screening.gross_list.routes import screening_router


def part(db: Database, vault: Vault, clock: Clock) -> Part:
    """The route of the list, which shows names."""
    return Part(routers=[screening_router(db, PupilVault(vault), clock)])
