"""A new active key reaches every pupil by one command, and the old data key can then go."""

from libs.shared.db.scope import Access
from libs.shared.delivery.outbox import Outbox
from libs.shared.privacy.keys import BlindIndex, KeyRing, LookupKeys, Vault
from services.registration.identity.sealing import PupilVault
from services.registration.pupils.rotation import Rotated, Rotation
from tests.integration.services.registration.support import ASK, PUPIL_HEADER, Registration, counts


def _renewed(ring: KeyRing) -> KeyRing:
    return KeyRing.parse(f"{KeyRing.generate('k2').export()},{ring.export()}")


def _rotation(registration: Registration) -> Rotation:
    return Rotation(
        Outbox("registration"),
        PupilVault(Vault(registration.data_keys)),
        LookupKeys(registration.lookup_keys),
        BlindIndex(registration.blind_index_keys),
    )


async def test_a_rotation_reaches_every_pupil_once(registration: Registration) -> None:
    await registration.base()
    bo = "6201120008;;L2;Bo Prøvesen 2;910102;2022/2023;5A;2022-08-01;2023-08-01\n"
    await registration.send("pupils", PUPIL_HEADER + ASK + bo)
    registration.data_keys = _renewed(registration.data_keys)
    registration.lookup_keys = _renewed(registration.lookup_keys)
    registration.blind_index_keys = _renewed(registration.blind_index_keys)
    assert await _rotation(registration).run(registration.db, page=1) == Rotated(2, 2, 2)
    assert await _rotation(registration).run(registration.db) == Rotated(2, 0, 0)

    for event in (await registration.events("pupil"))[2:]:
        assert {key["key_id"] for key in event["lookup_keys"]} == {"k1", "k2"}
        assert event["aggregate_version"] == 2
    persons = await registration.rows("SELECT key_id, person_id FROM person", access=Access.IDENTITY)
    assert sorted(row["key_id"] for row in persons) == ["k1", "k1", "k2", "k2"]
    assert len({row["person_id"] for row in persons}) == 2

    for name in ("data_keys", "lookup_keys", "blind_index_keys"):
        ring: KeyRing = getattr(registration, name)
        setattr(registration, name, KeyRing({"k2": ring["k2"]}))
    assert counts(await registration.send("pupils", PUPIL_HEADER + ASK + bo)) == (0, 2, 0, 0)
    assert len(await registration.events("pupil")) == 4
