"""Allocations: numbered, kept, with their calculation; again after a decline, and beside released grants."""

import csv
import io
import random
from fractions import Fraction

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.registration.access import EVERY_MUNICIPALITY
from tests.factories.service import Callers
from tests.integration.services.registration.initiatives.requests import CONTENT, Work
from tests.integration.services.registration.service import Registration
from tests.unit.services.registration.initiatives.reference import reference


async def test_the_pool_is_divided_by_the_formula_with_every_step_of_the_calculation_shown(work: Work) -> None:
    assert await work.divided("101", "147", "151") == {"101": 389, "147": 311, "151": 300}
    made = (await work.ask("GET", f"{work.path}/allocations/1")).json()
    assert (made["pool"], made["divided"], made["kept"], made["share_sum"]) == (1_000, 1_000, 0, "51.40")
    assert made["formula"].startswith("divided × share_percent ÷ share_sum")
    parts = (await work.ask("GET", f"{work.path}/allocations/1/parts?sort=remainder_order")).json()["items"]
    # 1000 × 2000 ÷ 5140 = 389 rest 540; × 1600 = 311 rest 1460; × 1540 = 299 rest 3140. One krone is left.
    assert [
        (each["municipality_code"], each["whole_kroner"], each["remainder"], each["gets_remainder"], each["amount"])
        for each in parts
    ] == [("151", 299, 3140, True, 300), ("147", 311, 1460, False, 311), ("101", 389, 540, False, 389)]
    answer = await work.ask("GET", f"{work.path}/allocations/1/parts", headers={"Accept": "text/csv"})
    table = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert [(each["municipality_code"], each["amount"], each["share_percent"]) for each in table] == [
        *(("101", "389", "20.00"), ("147", "311", "16.00"), ("151", "300", "15.40"))
    ]
    own = (await work.ask("GET", f"{work.path}/allocations/1/parts", "147")).json()["items"]
    assert [(each["municipality_code"], each["amount"]) for each in own] == [("147", 311)]


async def test_a_decline_voids_a_part_and_the_next_allocation_divides_the_pool_again_and_keeps_the_first(
    work: Work,
) -> None:
    first = await work.divided("101", "147", "151")
    await work.answer("151", "declined")
    assert (await work.of("151"))["allocated"] is None
    unsaid = await work.allocate()
    assert (unsaid.status_code, unsaid.json()["code"]) == (422, "initiative.reason_missing")
    made = await work.allocate(reason="En kommune har sagt nej.")
    assert (made.status_code, made.json()["number"]) == (201, 2)
    assert made.headers["location"] == f"{work.path}/allocations/2"
    assert (await work.parts(1), await work.parts(2)) == (first, {"101": 556, "147": 444})
    parts = (await work.ask("GET", f"{work.path}/allocations/2/parts?sort=-difference")).json()["items"]
    assert [(each["municipality_code"], each["before"], each["difference"]) for each in parts] == [
        ("101", 389, 167),
        ("147", 311, 133),
    ]
    steps = (await work.ask("GET", f"{work.path}/steps?step=grant_set&sort=-position&page_size=3")).json()["items"]
    assert [(each["municipality_code"], each["details"]["after"]) for each in reversed(steps)] == [
        ("101", 556),
        ("147", 444),
        ("151", None),
    ]
    numbers = (await work.ask("GET", f"{work.path}/allocations")).json()["items"]
    assert [each["number"] for each in numbers] == [2, 1]
    again = await work.allocate(reason="Igen")
    assert (again.status_code, again.json()["code"]) == (409, "allocation.unchanged")


async def test_unanswered_invitations_are_waited_for_unless_the_secretariat_says_otherwise(work: Work) -> None:
    await work.invite()
    none = await work.allocate(leave_out_unanswered=True)
    assert (none.status_code, none.json()["code"]) == (409, "allocation.nobody_accepted")
    await work.answer("101", "accepted")
    waiting = await work.allocate()
    assert (waiting.status_code, waiting.json()["code"]) == (409, "allocation.answers_missing")
    assert "147, 151" in waiting.json()["messages"]["en"]
    assert (await work.allocate(leave_out_unanswered=True)).status_code == 201
    assert await work.parts(1) == {"101": 1_000}


async def test_a_released_grant_grows_after_a_decline_and_the_addition_is_released_by_itself(work: Work) -> None:
    await work.divided("101", "147", "151")
    early = await work.change("POST", "/municipalities/101/addition", of="/municipalities/101")
    assert (early.status_code, early.json()["code"]) == (409, "grant.not_released")
    await work.release("101")
    none = await work.change("POST", "/municipalities/101/addition", of="/municipalities/101")
    assert (none.status_code, none.json()["code"]) == (409, "grant.nothing_to_release")
    await work.answer("151", "declined")
    await work.allocate(reason="En kommune har sagt nej.")
    found = await work.of("101")
    assert (found["allocated"], found["released"], found["to_release"]) == (556, 389, 167)
    added = await work.change("POST", "/municipalities/101/addition", of="/municipalities/101")
    assert (added.json()["released"], added.json()["to_release"]) == (556, 0)
    steps = (await work.ask("GET", f"{work.path}/steps?step=grant_released")).json()["items"]
    assert [(each["details"]["before"], each["details"]["after"], each["details"]["allocation"]) for each in steps] == [
        (0, 389, 1),
        (389, 556, 2),
    ]


async def test_a_released_grant_is_never_lowered_and_the_rest_is_divided_among_the_others(work: Work) -> None:
    await work.divided("101", "147")
    await work.release("101")
    assert (await work.answer("151", "accepted")).status_code == 200
    await work.allocate(reason="En kommune har ombestemt sig.")
    assert await work.parts(2) == {"101": 556, "147": 226, "151": 218}
    parts = (await work.ask("GET", f"{work.path}/allocations/2/parts?basis=released")).json()["items"]
    assert [(each["municipality_code"], each["whole_kroner"], each["gets_remainder"]) for each in parts] == [
        ("101", None, None)
    ]
    made = (await work.ask("GET", f"{work.path}/allocations/2")).json()
    assert (made["pool"], made["divided"], made["share_sum"]) == (1_000, 444, "31.40")
    small = await work.change("PUT", "", json={**CONTENT, "pool": 555})
    assert (small.status_code, small.json()["code"]) == (409, "initiative.pool_below_released")
    assert (await work.change("PUT", "", json={**CONTENT, "pool": 556})).status_code == 200
    await work.allocate(reason="Puljen er mindre.")
    assert await work.parts(3) == {"101": 556, "147": 0, "151": 0}


async def test_one_that_withdraws_keeps_what_it_has_spent_and_the_rest_returns_to_the_pool(work: Work) -> None:
    await work.divided("101", "147", "151")
    await work.release("101")
    place = "/municipalities/101"
    wrong = await work.change("POST", f"{place}/withdrawal", of=place, json={"spent": 390, "reason": "Nej"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "withdrawal.spent")
    unreleased = await work.change(
        "POST", "/municipalities/147/withdrawal", of="/municipalities/147", json={"spent": 0, "reason": "Nej"}
    )
    assert (unreleased.status_code, unreleased.json()["code"]) == (409, "withdrawal.nothing_released")
    said = {"spent": 100, "reason": "Skolerne lægges sammen."}
    found = (await work.change("POST", f"{place}/withdrawal", of=place, json=said)).json()
    assert (found["status"], found["released"], found["allocated"]) == ("withdrawn", 100, None)
    await work.allocate(reason="En kommune har trukket sig.")
    assert await work.parts(2) == {"101": 100, "147": 459, "151": 441}
    made = (await work.ask("GET", f"{work.path}/allocations/2")).json()
    assert (made["kept"], made["divided"]) == (100, 900)
    (step,) = (await work.ask("GET", f"{work.path}/steps?step=withdrawn")).json()["items"]
    assert (step["details"], step["reason"]) == (
        {"released": 389, "spent": 100, "returned": 289},
        "Skolerne lægges sammen.",
    )
    (role,) = [
        each["role"]
        for each in (await work.ask("GET", f"{work.path}/roles")).json()["items"]
        if each["municipality_code"] == "101"
    ]
    assert role == "none"
    assert (await work.invite("101", reason="Kommunen kommer tilbage.")).status_code == 201
    await work.answer("101", "accepted")
    await work.allocate(reason="En kommune er kommet tilbage.")
    assert await work.parts(3) == {"101": 389, "147": 311, "151": 300}
    assert (await work.of("101"))["to_release"] == 289


async def test_an_allocation_that_does_not_exist_is_not_found(work: Work) -> None:
    for end in ("/allocations/1", "/allocations/1/parts"):
        answer = await work.ask("GET", work.path + end)
        assert (answer.status_code, answer.json()["code"]) == (404, "allocation.not_found")


async def test_what_is_written_once_cannot_be_changed_or_deleted_in_the_database_either(work: Work) -> None:
    await work.divided("101", "147", "151")
    for table, column in (
        ("initiative_step", "step"),
        ("initiative_allocation", "number"),
        ("initiative_allocation_part", "number"),
    ):
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match="written once"):
                async with work.registration.db.write(EVERY_MUNICIPALITY) as session:
                    await session.execute(text(statement))


async def test_the_country_s_pool_adds_up_to_the_krone_through_a_random_sequence_of_answers_and_releases(
    callers: Callers, registration: Registration
) -> None:
    """Against the slow reference, which divides by exact fractions one krone at a time."""
    chance = random.Random(12)  # noqa: S311 - a repeatable sequence
    codes = [str(code) for code in (101, 147, 151, 153, 155, 157, 159, 161, 163, 165)]
    shares = {code: f"{chance.randrange(1400, 2570) / 100:.2f}" for code in codes}
    work = Work(callers, registration)
    await work.begin(shares, pool=69_000_000, invited=10)
    taking_part, released = set(codes), dict.fromkeys(codes, 0)
    assert sum((await work.divided(*codes)).values()) == 69_000_000
    for number in range(2, 8):
        for code in chance.sample(sorted(taking_part), 2):
            released[code] = (await work.release(code)).released
        able = sorted(code for code in codes if not released[code])
        if able:
            code = chance.choice(able)
            declines = code in taking_part
            assert (await work.answer(code, "declined" if declines else "accepted")).status_code == 200
            taking_part ^= {code}
        made = await work.allocate(reason=f"Nr. {number}")
        if made.status_code == 409:
            assert made.json()["code"] == "allocation.unchanged"
            break
        found = await work.parts(made.json()["number"])
        assert sum(found.values()) == 69_000_000
        assert found == reference(
            69_000_000,
            {code: Fraction(shares[code]) for code in taking_part},
            {code: released[code] for code in taking_part},
        )
