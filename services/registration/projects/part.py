"""The part of the service for projects."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing, telling
from libs.shared.privacy.keys import Vault
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.runtime.parts import Part
from services.registration.projects.decisions.routes import decisions_router
from services.registration.projects.descriptions.routes import descriptions_router
from services.registration.projects.guidance.routes import guidance_router
from services.registration.projects.guidance.tables import Guidance
from services.registration.projects.sealing import ProjectTexts
from services.registration.projects.tables import Project, ProjectStep, ProjectVersion
from services.registration.projects.use_cases.desk import states
from services.registration.projects.versions.routes import versions_router


def part(db: Database, outbox: Outbox, vault: Vault, clock: Clock, *, municipalities_approve: bool) -> Part:
    """The routes of project descriptions and of guidance, and the topic. ``municipalities_approve`` is the setting for
    amendments within the grant.
    """
    texts = ProjectTexts(vault)
    return Part(
        routers=[
            descriptions_router(db, outbox, texts, clock),
            decisions_router(db, outbox, texts, clock, municipalities_approve=municipalities_approve),
            versions_router(db, texts),
            guidance_router(db, SealedTexts(vault, "guidance"), clock),
        ],
        tables=[Project, ProjectVersion, ProjectStep, Guidance],
        republishing=[Republishing("registration.project", telling(outbox, states), "project")],
    )
