"""The part of the service for protected names."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.privacy.keys import Vault
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.runtime.parts import Part
from services.registration.roster.identity.sealing import PupilVault
from services.registration.roster.names.routes import name_disclosures_router
from services.registration.roster.names.tables import NameDisclosure
from services.registration.roster.names.use_cases import Vaults


def part(db: Database, vault: Vault, clock: Clock) -> Part:
    """The routes by which a protected name is disclosed, and the lists of who did and of what is protected."""
    vaults = Vaults(PupilVault(vault), SealedTexts(vault, "identity_case"), SealedTexts(vault, "name_disclosure"))
    return Part(routers=[name_disclosures_router(db, vaults, clock)], tables=[NameDisclosure])
