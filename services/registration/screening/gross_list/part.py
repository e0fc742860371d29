"""The part of the service for the gross list."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.privacy.keys import Vault
from libs.shared.runtime.parts import Part
from services.registration.roster.identity.sealing import PupilVault
from services.registration.screening.gross_list.routes import municipality_screening_router, screening_router


def part(db: Database, vault: Vault, clock: Clock) -> Part:
    """The routes of the lists, which show names, and of the figures, which show none."""
    sealing = PupilVault(vault)
    return Part(
        routers=[screening_router(db, sealing, clock), municipality_screening_router(db, sealing, clock)],
    )
