"""The part of the service for projects."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing, telling
from libs.shared.privacy.keys import Vault
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.runtime.parts import Part
from services.registration.projects import use_cases
from services.registration.projects.routes import projects_router
from services.registration.projects.tables import Project


def part(db: Database, outbox: Outbox, vault: Vault, clock: Clock) -> Part:
    """The routes of project descriptions, and the topic."""
    return Part(
        routers=[projects_router(db, outbox, SealedTexts(vault, "project"), clock)],
        tables=[Project],
        republishing=[Republishing("registration.project", telling(outbox, use_cases.states), "project")],
    )
