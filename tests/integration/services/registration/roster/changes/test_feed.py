"""The change feed over HTTP: what is in it and for whom. No row of an open transaction is ever lost."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.clock import utc_now
from libs.shared.db.scope import Scope
from libs.shared.events.versions import raise_versions
from services.registration.roster.changes.domain import ALL_KINDS, Place
from services.registration.roster.changes.errors import ChangesForgotten
from services.registration.roster.changes.use_cases import follow
from tests.factories.service import Callers
from tests.integration.services.registration.service import ASK, PUPIL_HEADER, Registration

PATH = "/v1/roster-changes"
BO = "6201120008;;L2;Bo Prøvesen 2;910102;2022/2023;5A;2022-08-01;2023-08-01\n"
IT = "municipality_integration"


@pytest.fixture
async def roster(registration: Registration) -> Registration:
    """Two schools, four classes, and a pupil at each school."""
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK + BO)
    return registration


async def page(callers: Callers, since: str | None = None, **how: Any) -> dict[str, Any]:
    institutions = how.pop("institutions", ())
    params = {"municipality": "101", **({"since": since} if since else {}), **how}
    answer = await callers.ask("GET", PATH, IT, "101", params=params, institutions=institutions)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def all_of(callers: Callers, since: str | None = None, **how: Any) -> tuple[list[dict[str, Any]], str]:
    """Everything after ``since``, and the token at its end."""
    items, more, pages = [], True, 0
    while more:
        found = await page(callers, since, **how)
        items += found["items"]
        since, more, pages = found["next"], found["more"], pages + 1
        assert pages < 50
    assert since is not None
    return items, since


def of(items: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["kind"], each["change"]) for each in items]


async def test_a_reader_gets_everything_once_then_the_changes_alone(callers: Callers, roster: Registration) -> None:
    items, token = await all_of(callers, page_size=3)
    assert sorted(of(items)) == sorted(
        [("school", "changed")] * 2
        + [("class", "changed")] * 4
        + [("pupil", "changed")] * 2
        + [("membership", "changed")] * 2
    )
    kinds = [each["kind"] for each in items]
    assert kinds.index("school") < kinds.index("class") < kinds.index("membership")
    assert await page(callers, token) == {"items": [], "next": token, "more": False}, "the token is stable"

    await roster.send("schools", "institution_number;name;kind\n910101;Skolen;special\n910102;Friskolen;private\n")
    (school,), token = await all_of(callers, token)
    assert (school["institution_number"], school["change"], school["version"]) == ("910101", "changed", 2)
    await roster.send("pupils", PUPIL_HEADER + ASK.replace("2023-08-01", "2023-01-09"))
    items, token = await all_of(callers, token)
    assert sorted(of(items)) == [("membership", "closed"), ("pupil", "changed")]
    (closed,) = (each for each in items if each["kind"] == "membership")
    assert (closed["valid_from"], closed["valid_to"]) == ("2022-08-01", "2023-01-09")
    assert (await all_of(callers, token))[0] == []


async def test_a_pupil_who_moves_leaves_one_class_and_joins_another(callers: Callers, roster: Registration) -> None:
    _, token = await all_of(callers)
    here = ASK.replace("2023-08-01", "2022-10-03")
    there = ASK.replace("5A;2022-08-01", "5B;2022-10-03")
    await roster.send("pupils", PUPIL_HEADER + here + there)
    items, _ = await all_of(callers, token)
    memberships = sorted((each["valid_from"], each["valid_to"], each["change"]) for each in items if each["class_id"])
    assert memberships == [("2022-08-01", "2022-10-03", "closed"), ("2022-10-03", "2023-08-01", "changed")]


async def test_no_name_and_no_number_of_a_person_is_in_the_feed(callers: Callers, roster: Registration) -> None:
    params = {"municipality": "101", "page_size": 200}
    told = (await callers.ask("GET", PATH, IT, "101", params=params)).text
    for word in ("Prøve", "Friskolen", "5A", "6101120008", "ask00001", "L1"):
        assert word not in told


async def test_a_row_of_a_transaction_that_is_still_open_is_never_skipped(
    callers: Callers, roster: Registration
) -> None:
    """The first transaction writes first and commits last. A reader who remembers the last id or moment that was seen,
    as the planted one here does, has passed the first row when it is committed.
    """
    _, token = await all_of(callers)

    async def planted(seen: datetime) -> tuple[list[str], datetime]:
        """A cursor on the order in which the rows were written."""
        sql = "SELECT institution_number, changed_at FROM roster_change WHERE kind = 'school' ORDER BY changed_at"
        rows = [row for row in await roster.rows(sql, "101") if row["changed_at"] > seen]
        return [row["institution_number"] for row in rows], max([seen, *(row["changed_at"] for row in rows)])

    _, seen = await planted(datetime.min.replace(tzinfo=UTC))
    change = text("UPDATE school SET aggregate_version = aggregate_version + 1 WHERE institution_number = :number")
    async with roster.db.write(Scope.of("101")) as slow:
        await slow.execute(change, {"number": "910101"})
        async with roster.db.write(Scope.of("101")) as quick:
            await quick.execute(change, {"number": "910102"})
        (first,), token = await all_of(callers, token)
        assert first["institution_number"] == "910102"
        assert (await all_of(callers, token))[0] == [], "what is not committed is not shown"
        passed, seen = await planted(seen)
        assert passed == ["910102"]
    (late,), _ = await all_of(callers, token)
    assert late["institution_number"] == "910101"
    assert (await planted(seen))[0] == [], "the cursor never comes back for it"


async def test_readers_and_writers_at_once_lose_nothing(callers: Callers, roster: Registration) -> None:
    """Twenty writers that commit late and in any order, while two readers follow."""
    _, token = await all_of(callers)
    done = asyncio.Event()
    change = text("UPDATE pupil SET aggregate_version = aggregate_version + 1 WHERE pupil_id = :id")
    ids = [row["pupil_id"] for row in await roster.rows("SELECT pupil_id FROM pupil ORDER BY 1", "101")]

    async def write(number: int) -> None:
        async with roster.db.write(Scope.of("101")) as session:
            await session.execute(change, {"id": ids[number % 2]})
            await asyncio.sleep(0.01 * (number % 5))

    async def follow() -> dict[str, int]:
        newest: dict[str, int] = {}
        at, last = token, False
        while True:
            last = done.is_set()
            items, at = await all_of(callers, at)
            for each in items:
                assert newest.get(each["pupil_id"], 0) < each["version"], "the same change comes once"
                newest[each["pupil_id"]] = each["version"]
            if last:
                return newest

    readers = [asyncio.create_task(follow()) for _ in range(2)]
    for start in range(0, 20, 2):
        await asyncio.gather(write(start), write(start + 1))
    done.set()
    expected = {str(pupil_id): 11 for pupil_id in ids}
    assert [await reader for reader in readers] == [expected, expected]


async def test_a_deleted_object_has_an_entry_of_its_own(callers: Callers, roster: Registration) -> None:
    _, token = await all_of(callers)
    async with roster.db.write(Scope.of("101")) as session:
        await session.execute(
            text(
                "DELETE FROM membership WHERE class_id IN (SELECT class_id FROM class_ c JOIN school s "
                "USING (school_id) WHERE s.institution_number = '910102')"
            )
        )
        await session.execute(
            text(
                "DELETE FROM class_ USING school s WHERE s.school_id = class_.school_id "
                "AND s.institution_number = '910102'"
            )
        )
    items, _ = await all_of(callers, token)
    assert sorted(of(items)) == [("class", "deleted"), ("membership", "deleted")]
    assert {each["school_id"] for each in items if each["class_id"]} != {None}, "so that its school sees it, too"


async def test_a_membership_that_goes_to_another_pupil_is_deleted_of_the_first(
    callers: Callers, roster: Registration
) -> None:
    one, other = (row["pupil_id"] for row in await roster.rows("SELECT pupil_id FROM pupil ORDER BY 1", "101"))
    _, token = await all_of(callers)
    async with roster.db.write(Scope.of("101")) as session:
        moved = text("UPDATE membership SET pupil_id = :other WHERE pupil_id = :one")
        await session.execute(moved, {"one": one, "other": other})
    items, _ = await all_of(callers, token)
    assert sorted((each["pupil_id"], each["change"]) for each in items) == sorted(
        [(str(one), "deleted"), (str(other), "changed")]
    )


async def test_a_token_of_institutions_sees_its_own_schools_alone(callers: Callers, roster: Registration) -> None:
    items, token = await all_of(callers, institutions=["910102"])
    assert sorted(of(items)) == [(kind, "changed") for kind in ("class", "membership", "school")]
    assert {each["institution_number"] for each in items if each["kind"] == "school"} == {"910102"}
    # A pupil is shown while at the school, today or later.
    days = "2026-08-01;2027-08-01"
    await roster.send("classes", "institution_number;school_year;name;grade;kind\n910102;2026/2027;9A;9;ordinary\n")
    await roster.send(
        "pupils", PUPIL_HEADER + ASK.replace("910101;2022/2023;5A;2022-08-01;2023-08-01", f"910102;2026/2027;9A;{days}")
    )
    items, _ = await all_of(callers, token, institutions=["910102"])
    assert sorted(of(items)) == [(kind, "changed") for kind in ("class", "membership", "pupil")]
    assert (await all_of(callers, institutions=["999999"]))[0] == []


async def test_a_school_that_loses_its_number_is_closed_or_deleted(
    callers: Callers, registration: Registration
) -> None:
    await registration.send("schools", "institution_number;name;kind\n910101;Skolen;public\n")
    _, token = await all_of(callers)
    body = {"municipality_code": "147"}
    path, headers = "/v1/institutions/910101", {"If-None-Match": "*"}
    assert (await callers.ask("PUT", path, "secretariat", json=body, headers=headers)).status_code == 201
    (school,), _ = await all_of(callers, token)
    assert (school["institution_number"], school["change"]) == ("910101", "deleted")


async def test_another_municipality_is_as_absent_as_one_that_does_not_exist(
    callers: Callers, roster: Registration
) -> None:
    for code in ("102", "999"):
        answer = await callers.ask("GET", PATH, IT, "102" if code == "999" else "101", params={"municipality": code})
        assert (answer.status_code, answer.json()["code"]) == (404, "municipality.not_found")
    assert (await callers.ask("GET", PATH, "school", "101", params={"municipality": "101"})).status_code == 403
    foreign = await callers.ask("GET", PATH, IT, "102", params={"municipality": "102"})
    assert foreign.json()["items"] == []


async def test_a_token_is_good_for_the_same_question_of_the_same_caller_alone(
    callers: Callers, roster: Registration
) -> None:
    _, token = await all_of(callers, kinds="school,class")
    for how in ({"kinds": "school"}, {"kinds": "pupil"}, {"institutions": ["910101"], "kinds": "school,class"}):
        institutions = how.pop("institutions", ())
        params = {"municipality": "101", "since": token, **how}
        answer = await callers.ask("GET", PATH, IT, "101", params=params, institutions=institutions)
        assert (answer.status_code, answer.json()["code"]) == (400, "changes.token_invalid"), answer.text
        assert answer.json()["pointer"] == "/query/since"
    assert (await all_of(callers, token, kinds="class,school"))[0] == []
    bad = await callers.ask("GET", PATH, IT, "101", params={"municipality": "101", "kinds": "school,teacher"})
    assert bad.status_code == 422


async def test_a_token_from_before_a_restore_is_gone(callers: Callers, roster: Registration) -> None:
    _, token = await all_of(callers)
    async with roster.db.write(Scope.of("101")) as session:
        await session.execute(text("UPDATE roster_feed SET newest = 1"))  # as in the backup
    await _is_gone(callers, token, "changes.unknown")
    _, token = await all_of(callers)
    async with roster.db.write() as session:
        raised = await raise_versions(session)
    await _is_gone(callers, token, "changes.unknown")
    items, _ = await all_of(callers, kinds="school")
    assert {each["version"] for each in items} == {1 + raised}, "the version of the events"


async def test_a_token_is_gone_only_when_an_entry_that_its_reader_needs_was_removed(
    callers: Callers, roster: Registration
) -> None:
    _, token = await all_of(callers)
    async with roster.db.write(Scope.of("101")) as session:
        await session.execute(text("DELETE FROM membership"))
    assert of((await all_of(callers, token))[0]) == [("membership", "deleted")] * 2
    async with roster.db.write(Scope.of("101")) as session:
        longer = "UPDATE roster_change SET changed_at = now() - interval '401 days' WHERE change = 'deleted'"
        await session.execute(text(longer))
        await session.execute(text("UPDATE school SET aggregate_version = 2"))
    now = utc_now()
    caller = Principal("k1:it", frozenset({Role.MUNICIPALITY_INTEGRATION}), frozenset({"101"}))

    async def read(place: Place | None) -> list[tuple[str, str]]:
        async with roster.db.write(Scope.of("101")) as session:
            found = await follow(session, caller, "101", ALL_KINDS, place, size=50, now=now)
        return [(each.kind.value, each.change.value) for each in found.entries]

    assert "deleted" not in {change for _, change in await read(None)}
    (row,) = await roster.rows("SELECT newest, forgotten FROM roster_feed", "101")
    assert row["forgotten"] == row["newest"] - 2
    began_before, began_now = (int((now - timedelta(days=days)).timestamp()) for days in (500, 0))
    with pytest.raises(ChangesForgotten):
        await read(Place(row["forgotten"] - 1, 0, began_before))
    assert len(await read(Place(row["forgotten"], 0, began_before))) == 2, "the reader has had the entries"
    assert len(await read(Place(1, 0, began_now))) == 8, "what was deleted before is not in the reader's copy"


async def _is_gone(callers: Callers, token: str, code: str) -> None:
    answer = await callers.ask("GET", PATH, IT, "101", params={"municipality": "101", "since": token})
    assert (answer.status_code, answer.json()["code"]) == (410, code), answer.text
    assert "uden since" in answer.json()["messages"]["da"]
