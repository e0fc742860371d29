"""The part of the service for kept lists."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.privacy.keys import Vault
from libs.shared.runtime.parts import Part
from services.registration.roster.identity.sealing import PupilVault
from services.registration.screening.kept_lists.routes import kept_lists_router
from services.registration.screening.kept_lists.tables import KeptListPupil, KeptListRow


def part(db: Database, vault: Vault, clock: Clock) -> Part:
    """The routes by which a list is kept and shown again; no event has them."""
    return Part(routers=[kept_lists_router(db, PupilVault(vault), clock)], tables=[KeptListRow, KeptListPupil])
