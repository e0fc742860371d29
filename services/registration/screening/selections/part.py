"""The part of the service for selections."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.privacy.keys import Vault
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.runtime.parts import Part
from services.registration.screening.selections.routes import selections_router
from services.registration.screening.selections.tables import SelectionPupilRow, SelectionRow


def part(db: Database, vault: Vault, clock: Clock) -> Part:
    """The routes of decisions about pupils; no event has them."""
    return Part(
        routers=[selections_router(db, SealedTexts(vault, "selection"), clock)],
        tables=[SelectionRow, SelectionPupilRow],
    )
