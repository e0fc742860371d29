"""The part of the service for selections."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing, telling
from libs.shared.privacy.keys import Vault
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.runtime.parts import Part
from services.registration.screening.selections.following import SelectionsFollow
from services.registration.screening.selections.publishing import states
from services.registration.screening.selections.routes import selections_router
from services.registration.screening.selections.tables import Screening, SelectionMark, SelectionPupilRow, SelectionRow
from services.registration.screening.selections.use_cases.recording import Recorder


def part(db: Database, outbox: Outbox, vault: Vault, clock: Clock) -> Part:
    """The routes of decisions about pupils, and the topic that tells them without texts."""
    return Part(
        routers=[selections_router(db, Recorder(SealedTexts(vault, "selection"), outbox), clock)],
        tables=[SelectionRow, SelectionPupilRow, SelectionMark, Screening],
        republishing=[Republishing("registration.screening", telling(outbox, states), "screening")],
    )


def follows(outbox: Outbox) -> SelectionsFollow:
    """What becomes of decisions when a pupil turns out to be another one."""
    return SelectionsFollow(outbox)
