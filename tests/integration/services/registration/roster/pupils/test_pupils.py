"""Imported pupils: identities are sealed, found by keys only, and linked across municipalities without being shown."""

from libs.shared.base.settings import Profile
from libs.shared.db.scope import Access
from libs.shared.privacy.keys import KeyRing
from tests.factories.files import codes, counts
from tests.integration.services.registration.service import ASK, PUPIL_HEADER, Registration


async def test_a_pupil_with_two_memberships_is_one_pupil_and_one_event(registration: Registration) -> None:
    await registration.base()
    earlier = ASK.replace("2022/2023;5A;2022-08-01;2023-08-01", "2021/2022;4A;2021-08-01;2022-08-01")
    assert counts(await registration.send("pupils", PUPIL_HEADER + earlier + ASK)) == (2, 0, 0, 0)
    (event,) = await registration.events("pupil")
    assert event["aggregate_version"] == 1
    assert event["has_cpr_number"] is True
    assert {key["kind"] for key in event["lookup_keys"]} == {"cpr_number", "uni_login", "local_id"}
    assert [(each["grade"], each["valid_from"]) for each in event["memberships"]] == [
        (4, "2021-08-01"),
        (5, "2022-08-01"),
    ]
    assert "Ask" not in str(event)


async def test_the_same_file_again_changes_nothing_and_tells_nothing(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK)
    assert counts(await registration.send("pupils", PUPIL_HEADER + ASK)) == (0, 1, 0, 0)
    assert len(await registration.events("pupil")) == 1


async def test_a_new_name_is_taken_without_an_event_as_no_event_holds_it(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK)
    assert counts(await registration.send("pupils", PUPIL_HEADER + ASK.replace("Prøvesen", "Eksempelsen"))) == (
        1,
        0,
        0,
        0,
    )
    assert len(await registration.events("pupil")) == 1


async def test_a_transfer_ends_one_membership_and_begins_another_in_any_order(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK)
    begun = ASK.replace("5A;2022-08-01", "5B;2023-01-01")
    ended = ASK.replace("2023-08-01", "2023-01-01")
    assert counts(await registration.send("pupils", PUPIL_HEADER + begun + ended)) == (2, 0, 0, 0)
    event = (await registration.events("pupil"))[-1]
    assert event["aggregate_version"] == 2
    assert [(each["valid_from"], each["valid_to"]) for each in event["memberships"]] == [
        ("2022-08-01", "2023-01-01"),
        ("2023-01-01", "2023-08-01"),
    ]


async def test_rows_that_cannot_be_are_refused_with_a_code_each(registration: Registration) -> None:
    await registration.base()
    other = ASK.replace("6101120008", "6201120008").replace("ask00001", "bo00002").replace("L1", "L2")
    receipt = await registration.send(
        "pupils",
        PUPIL_HEADER
        + ASK
        + ASK.replace("5A;2022-08-01", "5B;2023-01-01")
        + other.replace("910101", "910999")
        + other.replace("5A", "9Z")
        + other.replace("2022-08-01", "2022-07-31")
        + other.replace("2023-08-01", "2023-08-02")
        + other.replace("2022-08-01;2023-08-01", "2022-09-01;2022-08-15")
        + other.replace("6201120008;bo00002;L2", ";;")
        + other.replace("6201120008", "9901120008")
        + ASK.replace("ask00001;L1", ";L1")
        + ASK.replace("ask00001;L1", "bo00002;L2"),
    )
    assert codes(receipt) == {
        "membership.overlap": 1,
        "institution_number.unknown": 1,
        "class.unknown": 1,
        "membership.outside_school_year": 2,
        "membership.ends_before_start": 1,
        "pupil.no_identifier": 1,
        "cpr_number.invalid": 1,
        "row.duplicate": 1,
        "pupil.identifiers_conflict": 1,
    }
    assert receipt.accepted == 1


async def test_identifiers_of_two_pupils_in_one_row_are_refused(registration: Registration) -> None:
    await registration.base()
    bo = "6201120008;bo00002;L2;Bo Prøvesen 2;910101;2022/2023;5A;2022-08-01;2023-08-01\n"
    await registration.send("pupils", PUPIL_HEADER + ASK + bo)
    mixed = await registration.send("pupils", PUPIL_HEADER + ASK.replace("ask00001", "bo00002"))
    third = ASK.replace("6101120008;ask00001", "6301120008;").replace("Ask Prøvesen", "Tove Digtet")
    reused = await registration.send("pupils", PUPIL_HEADER + third)
    assert codes(mixed) == codes(reused) == {"pupil.identifiers_conflict": 1}


async def test_a_second_municipality_gets_its_own_pupil_of_the_same_person(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK)
    await registration.send("schools", "institution_number;name;kind\n910201;Anden skole;public\n", "102")
    header = "institution_number;school_year;name;grade;kind\n"
    await registration.send("classes", f"{header}910201;2022/2023;5A;5;ordinary\n", "102")
    assert counts(await registration.send("pupils", PUPIL_HEADER + ASK.replace("910101", "910201"), "102")) == (
        1,
        0,
        0,
        0,
    )
    first, second = await registration.events("pupil")
    assert first["person_id"] == second["person_id"]
    assert first["pupil_id"] != second["pupil_id"]
    keys = [{key["value"] for key in event["lookup_keys"] if key["kind"] == "local_id"} for event in (first, second)]
    assert not keys[0] & keys[1], "a local id means something in its municipality alone"


async def test_persons_are_seen_under_the_identity_access_alone(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK)
    assert await registration.rows("SELECT * FROM person", "101", access=Access.OPERATOR) == []
    assert len(await registration.rows("SELECT * FROM person", access=Access.IDENTITY)) == 1
    # This access links a person's stays in several municipalities, but cannot find anybody by a key.
    assert len(await registration.rows("SELECT * FROM pupil_key", "101")) > 0
    assert await registration.rows("SELECT * FROM pupil_key", access=Access.IDENTITY) == []


async def test_no_pupil_row_is_seen_by_another_municipality_or_by_nobody(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK)
    for table in ("school", "class_", "pupil", "pupil_key", "membership"):
        assert await registration.rows(f"SELECT * FROM {table}", "101")
        assert await registration.rows(f"SELECT * FROM {table}", "102") == []
        assert await registration.rows(f"SELECT * FROM {table}") == []


async def test_identifiers_and_names_are_stored_encrypted_only(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK)
    (row,) = await registration.rows("SELECT cpr_number, uni_login, local_id, name FROM pupil", "101")
    for secret in (b"6101120008", b"ask00001", "Ask Prøvesen 1".encode()):
        assert all(secret not in value for value in row.values())


async def test_a_replacement_number_is_no_cpr_number_in_production(registration: Registration) -> None:
    registration.profile = Profile.PRODUCTION
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK)
    (event,) = await registration.events("pupil")
    assert event["has_cpr_number"] is False
    assert await registration.rows("SELECT * FROM person", access=Access.IDENTITY) == []


async def test_a_pupil_without_cpr_number_gains_one_later_and_stays_the_same_pupil(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK.replace("6101120008", ""))
    assert counts(await registration.send("pupils", PUPIL_HEADER + ASK)) == (1, 0, 0, 0)
    before, after = await registration.events("pupil")
    assert (before["has_cpr_number"], after["has_cpr_number"]) == (False, True)
    assert before["pupil_id"] == after["pupil_id"]
    assert before["person_id"] == after["person_id"]


async def test_during_a_rotation_the_event_carries_a_key_of_each_ring_key(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK)
    old, new = registration.lookup_keys, KeyRing.generate("k2")
    registration.lookup_keys = KeyRing.parse(f"{new.export()},{old.export()}")
    assert counts(await registration.send("pupils", PUPIL_HEADER + ASK)) == (0, 1, 0, 0)
    event = (await registration.events("pupil"))[-1]
    assert event["aggregate_version"] == 2
    assert {key["key_id"] for key in event["lookup_keys"]} == {"k1", "k2"}


async def test_a_blind_index_rotation_finds_the_same_person(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK)
    old, new = registration.blind_index_keys, KeyRing.generate("k2")
    registration.blind_index_keys = KeyRing.parse(f"{new.export()},{old.export()}")
    await registration.send("pupils", PUPIL_HEADER + ASK.replace("Prøvesen", "Eksempelsen"))
    assert len(await registration.rows("SELECT DISTINCT person_id FROM person", access=Access.IDENTITY)) == 1
    assert len(await registration.rows("SELECT * FROM person", access=Access.IDENTITY)) == 2
    assert len(await registration.events("pupil")) == 1


async def test_rows_of_one_pupil_in_different_chunks_meet_in_one_pupil(registration: Registration) -> None:
    await registration.base()
    earlier = ASK.replace("2022/2023;5A;2022-08-01;2023-08-01", "2021/2022;4A;2021-08-01;2022-08-01")
    receipt = await registration.send("pupils", PUPIL_HEADER + earlier + ASK, chunk_bytes=120)
    assert receipt.chunks > 1
    assert len(await registration.rows("SELECT * FROM pupil", "101")) == 1
