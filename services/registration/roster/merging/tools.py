"""The objects that merging and splitting need."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_OID, UUID, uuid5

from libs.shared.base.settings import Profile
from libs.shared.events.outbox import Outbox
from libs.shared.privacy.identifiers import IdentifierKind, is_real_cpr_number, parse_cpr_number
from libs.shared.privacy.keys import BlindIndex, LookupKeys
from libs.shared.privacy.sealed_texts import SealedTexts
from services.registration.roster.identity.sealing import PupilVault
from services.registration.roster.merging.following import Follows


@dataclass(frozen=True, slots=True)
class Tools:
    """``rooms`` are those whose data about pupils follows with events of its own."""

    outbox: Outbox
    vault: PupilVault
    former: SealedTexts
    case_names: SealedTexts
    lookup_keys: LookupKeys
    blind_index: BlindIndex
    profile: Profile
    rooms: Sequence[Follows]

    def is_real_cpr(self, cpr_number: str) -> bool:
        """Whether the ten digits are a real CPR number."""
        return is_real_cpr_number(parse_cpr_number(cpr_number).kind, self.profile)


def present_id(pupil_id: UUID, kind: IdentifierKind) -> UUID:
    """The id by which a present identifier is named."""
    return uuid5(NAMESPACE_OID, f"{pupil_id}/{kind.value}")
