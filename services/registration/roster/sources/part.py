"""The part of the service for what sources told, and the memory of it that the imports use."""

from libs.shared.db.database import Database
from libs.shared.privacy.keys import LookupKeys, Vault
from libs.shared.runtime.parts import Part
from services.registration.roster.identity.sealing import PupilVault
from services.registration.roster.sources.tables import RosterSource, RosterSourcePlace
from services.registration.roster.sources.use_cases import RosterSources

PART = Part(tables=[RosterSource, RosterSourcePlace])


def sources(db: Database, vault: Vault, lookup_keys: LookupKeys) -> RosterSources:
    """It is given to the imports' part."""
    return RosterSources(db, PupilVault(vault), lookup_keys)
