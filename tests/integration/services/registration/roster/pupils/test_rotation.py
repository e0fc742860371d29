"""One command brings a new active key to every pupil, despite interruptions and files that are sent meanwhile."""

import asyncio
import json
from typing import Any

import asyncpg
import pytest

from libs.shared.db.scope import Access
from libs.shared.events.outbox import Outbox
from libs.shared.operations.keys import rotate_command
from libs.shared.privacy.keys import KeyRing
from libs.shared.rotation import retiring, sealing
from libs.shared.rotation.places import Ring
from libs.shared.rotation.rotating import KeyUse, Rotated, confirmation, rotate
from services.registration.keys import key_use_of
from services.registration.roster.pupils import rotation as pupils_rotation
from tests.factories.files import counts
from tests.integration.services.registration.service import ASK, PUPIL_HEADER, Registration

BO = "6201120008;;L2;Bo Prøvesen 2;910102;2022/2023;5A;2022-08-01;2023-08-01\n"


def _renewed(ring: KeyRing) -> KeyRing:
    return KeyRing.parse(f"{KeyRing.generate('k2').export()},{ring.export()}")


def _use(registration: Registration) -> KeyUse:
    rings = {
        Ring.DATA: registration.data_keys,
        Ring.LOOKUP: registration.lookup_keys,
        Ring.BLIND_INDEX: registration.blind_index_keys,
    }
    return key_use_of(rings, Outbox("registration"))


async def _rotate(registration: Registration) -> Rotated:
    """Rotate as the command does after absence_ingest has confirmed."""
    confirmed = confirmation(registration.lookup_keys, "absence_ingest", "k1")
    return await rotate(registration.db, _use(registration), confirmed=[confirmed], say=lambda _line: None)


def _turn(registration: Registration) -> None:
    for name in ("data_keys", "lookup_keys", "blind_index_keys"):
        setattr(registration, name, _renewed(getattr(registration, name)))


def _leave(registration: Registration) -> None:
    for name in ("data_keys", "lookup_keys", "blind_index_keys"):
        ring: KeyRing = getattr(registration, name)
        setattr(registration, name, KeyRing({"k2": ring["k2"]}))


async def _filled(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK + BO)


async def test_a_rotation_reaches_every_pupil_once(registration: Registration) -> None:
    await _filled(registration)
    _turn(registration)
    first = await _rotate(registration)
    assert first.counts == {"pupils": 2, "published": 2}
    assert sum(first.resealed.values()) == 7
    again = await _rotate(registration)
    assert (again.counts["published"], sum(again.resealed.values()), again.whole) == (0, 0, True)

    for event in (await registration.events("pupil"))[2:]:
        assert {key["key_id"] for key in event["lookup_keys"]} == {"k1", "k2"}
        assert event["aggregate_version"] == 2
    persons = await registration.rows("SELECT key_id, person_id FROM person", access=Access.IDENTITY)
    assert sorted(row["key_id"] for row in persons) == ["k1", "k1", "k2", "k2"]
    assert len({row["person_id"] for row in persons}) == 2

    _leave(registration)
    assert counts(await registration.send("pupils", PUPIL_HEADER + ASK + BO)) == (0, 2, 0, 0)
    assert len(await registration.events("pupil")) == 4


async def test_a_value_whose_key_left_the_ring_too_early_is_refused_and_nothing_is_lost(
    registration: Registration,
) -> None:
    await _filled(registration)
    _turn(registration)
    _leave(registration)
    written: list[str] = []
    assert await rotate_command([], db=registration.db, use=_use(registration), write=written.append) == 1
    last = json.loads(written[-1])
    assert last["unreadable"]["pupil.name"] == 2
    assert "data" not in last["retired"]
    assert "2 rows of pupil.name need it until they are gone" in "".join(written)
    assert "".join(written).count("Prøvesen") == 0


async def test_a_rotation_that_dies_at_any_step_is_finished_by_the_next(
    registration: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each run crashes at a later step than the one before; the last run completes."""
    await _filled(registration)

    class Killed(BaseException):
        pass

    async def dies(module: Any, name: str) -> None:
        """Rotate and crash right after this step, whose transaction may be committed or lost."""
        original = getattr(module, name)

        async def killed(*given: Any, **more: Any) -> None:
            await original(*given, **more)
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(module, name, killed)
            with pytest.raises(Killed):
                await _rotate(registration)

    _turn(registration)
    await dies(sealing, "_write")
    await dies(pupils_rotation, "publish")
    assert (await _rotate(registration)).whole
    _leave(registration)
    await dies(retiring, "mark")
    await dies(pupils_rotation, "publish")
    await dies(retiring, "remove")
    assert not (await _rotate(registration)).refused
    done = await _rotate(registration)
    assert done.retired == {ring: ["k1"] for ring in Ring}
    for table, access in (("pupil_key", None), ("person", Access.IDENTITY)):
        found = await registration.rows(f"SELECT DISTINCT key_id FROM {table}", "101", access=access)
        assert [row["key_id"] for row in found] == ["k2"], table
    assert {key["key_id"] for key in (await registration.events("pupil"))[-1]["lookup_keys"]} == {"k2"}
    assert counts(await registration.send("pupils", PUPIL_HEADER + ASK + BO)) == (0, 2, 0, 0)


async def test_files_that_are_imported_meanwhile_are_neither_lost_nor_written_by_the_old_key(
    registration: Registration,
) -> None:
    await _filled(registration)
    _turn(registration)
    await _rotate(registration)

    def row(number: int) -> str:
        return f";;N{number};Ny {number};910101;2022/2023;5A;2022-08-01;2023-08-01\n"

    async def send() -> None:
        for number in range(0, 40, 10):
            await registration.send("pupils", PUPIL_HEADER + "".join(map(row, range(number, number + 10))))

    with_both = Registration(registration.db, *_rings(registration), registration.profile)
    _leave(registration)
    # A process with both keys sends files while the key is retired.
    sending, rotating = asyncio.create_task(_send_on(with_both, row)), asyncio.create_task(_rotate(registration))
    await asyncio.gather(sending, rotating, send())
    assert (await _rotate(registration)).refused == []
    keys = await registration.rows("SELECT key_id, count(DISTINCT pupil_id) AS n FROM pupil_key GROUP BY 1", "101")
    assert [(each["key_id"], each["n"]) for each in keys] == [("k2", 62)]
    newest: dict[str, Any] = {event["pupil_id"]: event for event in await registration.events("pupil")}
    assert len(newest) == 62
    assert {key["key_id"] for event in newest.values() for key in event["lookup_keys"]} == {"k2"}


def _rings(registration: Registration) -> tuple[KeyRing, KeyRing, KeyRing]:
    return registration.data_keys, registration.lookup_keys, registration.blind_index_keys


async def _send_on(registration: Registration, row: Any) -> None:
    for number in range(100, 120, 5):
        await registration.send("pupils", PUPIL_HEADER + "".join(map(row, range(number, number + 5))))


async def test_a_transaction_that_began_before_is_waited_for(registration: Registration) -> None:
    """The transaction wrote with the old key before the key was marked, and commits afterwards."""
    await _filled(registration)
    _turn(registration)
    await _rotate(registration)
    _leave(registration)
    connection = await asyncpg.connect(registration.db.url)
    writing = connection.transaction()
    await writing.start()
    await connection.execute("SELECT set_config('skoleloeft.access', 'identity', true)")
    await connection.execute("INSERT INTO person VALUES ('k1', 'late', gen_random_uuid())")
    rotating = asyncio.create_task(_rotate(registration))
    await asyncio.sleep(0.5)
    assert not rotating.done()
    await writing.commit()
    await connection.close()
    async with asyncio.timeout(30):
        assert not (await rotating).refused
    assert await registration.rows("SELECT 1 FROM person WHERE key_id = 'k1'", access=Access.IDENTITY) == []
