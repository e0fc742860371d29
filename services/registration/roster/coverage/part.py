"""The part of the service for identity coverage."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.privacy.keys import Vault
from libs.shared.runtime.parts import Part
from services.registration.roster.coverage.routes import identity_coverage_router
from services.registration.roster.identity.sealing import PupilVault


def part(db: Database, vault: Vault, clock: Clock) -> Part:
    """The routes of the figures, and of the pupils who lack something."""
    return Part(routers=[identity_coverage_router(db, PupilVault(vault), clock)])
