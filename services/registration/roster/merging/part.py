"""The part of the service for merging and splitting pupils."""

from collections.abc import Sequence

from libs.shared.base.clock import Clock
from libs.shared.base.settings import Profile
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.privacy.keys import BlindIndex, LookupKeys, Vault
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.runtime.parts import Part
from services.registration.roster.identity.sealing import PupilVault
from services.registration.roster.merging.following import Follows
from services.registration.roster.merging.routes import merging_router
from services.registration.roster.merging.tools import Tools


def part(
    db: Database,
    outbox: Outbox,
    *,
    vault: Vault,
    lookup_keys: LookupKeys,
    blind_index: BlindIndex,
    profile: Profile,
    clock: Clock,
    rooms: Sequence[Follows],
) -> Part:
    """``rooms`` are those whose data about pupils follows with events of its own."""
    tools = Tools(
        outbox=outbox,
        vault=PupilVault(vault),
        former=SealedTexts(vault, "former_identifier"),
        case_names=SealedTexts(vault, "identity_case"),
        lookup_keys=lookup_keys,
        blind_index=blind_index,
        profile=profile,
        rooms=rooms,
    )
    return Part(routers=[merging_router(db, tools, clock)])
