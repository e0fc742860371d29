"""A rotation of keys encrypts the reasons of disclosures again, although what they say cannot be changed."""

from uuid import UUID

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.clock import danish_date, utc_now
from libs.shared.db.scope import Scope
from libs.shared.events.outbox import Outbox
from libs.shared.privacy.keys import KeyRing
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.rotation.places import Ring
from libs.shared.rotation.rotating import confirmation, rotate
from services.registration.keys import key_use_of
from services.registration.roster.identity.sealing import PupilVault
from services.registration.roster.names.domain import Purpose, Request
from services.registration.roster.names.use_cases import Vaults, disclose, get_disclosure
from tests.integration.services.registration.service import ASK, PUPIL_HEADER, Registration

TEAM = Principal("k1:team", frozenset({Role.RESOURCE_TEAM}), frozenset({"101"}))


def _vaults(registration: Registration) -> Vaults:
    vault = registration.vault
    return Vaults(PupilVault(vault), SealedTexts(vault, "identity_case"), SealedTexts(vault, "name_disclosure"))


async def test_a_reason_is_read_after_its_first_key_is_gone(registration: Registration) -> None:
    await registration.base()
    header = PUPIL_HEADER.strip() + ";name_protected\n"
    await registration.send("pupils", header + ASK.strip() + ";true\n")
    (pupil,) = await registration.rows("SELECT pupil_id FROM pupil", "101")
    now = utc_now()
    today = danish_date(now)
    asked = Request(UUID(str(pupil["pupil_id"])), Purpose.SAFETY, "Underretning", 1)
    async with registration.db.write(Scope.of("101")) as session:
        made = await disclose(session, _vaults(registration), TEAM, asked, now=now, today=today)
    assert made.name == "Ask Prøvesen 1"

    renewed = KeyRing.generate("k2")
    registration.data_keys = KeyRing.parse(f"{renewed.export()},{registration.data_keys.export()}")
    rings = {
        Ring.DATA: registration.data_keys,
        Ring.LOOKUP: registration.lookup_keys,
        Ring.BLIND_INDEX: registration.blind_index_keys,
    }
    confirmed = confirmation(registration.lookup_keys, "absence_ingest", "k1")
    use = key_use_of(rings, Outbox("registration"))
    await rotate(registration.db, use, confirmed=[confirmed], say=lambda _line: None)
    registration.data_keys = renewed
    async with registration.db.read(Scope.of("101")) as session:
        found = await get_disclosure(session, _vaults(registration), TEAM, made.disclosure_id, now=now, today=today)
    assert (found.reason, found.name) == ("Underretning", "Ask Prøvesen 1")
