"""The memory of sources' files that the imports use."""

from libs.shared.db.database import Database
from libs.shared.privacy.keys import LookupKeys, Vault
from services.registration.roster.identity.sealing import PupilVault
from services.registration.roster.sources.use_cases import RosterSources


def sources(db: Database, vault: Vault, lookup_keys: LookupKeys) -> RosterSources:
    """It is given to the imports' part."""
    return RosterSources(db, PupilVault(vault), lookup_keys)
