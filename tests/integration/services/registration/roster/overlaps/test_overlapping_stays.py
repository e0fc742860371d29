"""The secretariat's list of children who are pupils of two municipalities on the same days."""

from typing import Any

import httpx

from tests.factories.service import Callers
from tests.integration.services.registration.service import PUPIL_HEADER, Registration

PATH = "/v1/overlapping-stays"
OURS = {"101": "910101", "147": "914701"}


def pupil(number: int, code: str, name: str, since: str, until: str) -> str:
    """The row of a child; ``number`` gives the last digits of its CPR number."""
    return f"61011200{number:02d};;{code}-{number};{name};{OURS[code]};2022/2023;5A;{since};{until}\n"


async def base(registration: Registration) -> None:
    """A school with a class in each of two municipalities."""
    for code, number in OURS.items():
        await registration.send("schools", f"institution_number;name;kind\n{number};Skolen;public\n", code)
        await registration.send(
            "classes",
            f"institution_number;school_year;name;grade;kind\n{number};2022/2023;5A;5;ordinary\n",
            code,
        )


async def listed(callers: Callers, **parameters: str) -> httpx.Response:
    return await callers.ask("GET", PATH, "secretariat", params=parameters)


async def test_stays_that_overlap_are_listed_page_by_page_without_a_name(
    callers: Callers, registration: Registration
) -> None:
    await base(registration)
    everybody = [pupil(number, "101", "Zebra Prøvesen", "2022-08-01", "2023-08-01") for number in range(10, 15)]
    await registration.send("pupils", PUPIL_HEADER + "".join(everybody))
    theirs = [
        *(pupil(number, "147", "Zebra Prøvesen", "2022-10-17", "2023-02-01") for number in (10, 11, 12)),
        pupil(13, "147", "Zebra Prøvesen", "2023-08-01", "2023-08-01"),  # withdrawn
        pupil(20, "147", "Zebra Prøvesen", "2022-08-01", "2023-08-01"),
    ]
    await registration.send("pupils", PUPIL_HEADER + "".join(theirs), "147")
    for way in ("", "-"):
        for by in ("valid_to", "institution_number", "valid_from"):
            seen = await _walked(callers, f"{way}{by}")
            assert len({each["one"]["pupil_id"] for each in seen}) == 3
    for each in seen:
        assert {each["one"]["municipality_code"], each["other"]["municipality_code"]} == {"101", "147"}
        assert {each["one"]["institution_number"], each["other"]["institution_number"]} == set(OURS.values())
        assert (each["valid_from"], each["valid_to"]) == ("2022-10-17", "2023-02-01")
        assert set(each["one"]) == {"municipality_code", "institution_number", "pupil_id", "valid_from", "valid_to"}
    table = await callers.ask("GET", PATH, "secretariat", headers={"Accept": "text/csv"})
    assert table.text.splitlines()[0].startswith("\ufeffone.municipality_code;"), table.text
    assert len(table.text.splitlines()) == 4


async def _walked(callers: Callers, sort: str) -> list[dict[str, Any]]:
    """The three overlaps, one a page."""
    seen: list[dict[str, Any]] = []
    token = None
    for _ in range(3):
        answer = await listed(callers, sort=sort, page_size="1", **({"page_token": token} if token else {}))
        assert answer.status_code == 200, answer.text
        assert "Zebra" not in answer.text
        assert answer.json()["total"] == 3
        seen += answer.json()["items"]
        token = answer.json()["next_page_token"]
    assert token is None
    return seen


async def test_a_child_who_moved_is_not_listed_and_a_corrected_overlap_leaves_the_list(
    callers: Callers, registration: Registration
) -> None:
    await base(registration)
    ours = pupil(10, "101", "Ask", "2022-08-01", "2022-10-17") + pupil(11, "101", "Bo", "2022-08-01", "2023-08-01")
    await registration.send("pupils", PUPIL_HEADER + ours)
    theirs = pupil(10, "147", "Ask", "2022-10-17", "2023-08-01") + pupil(11, "147", "Bo", "2022-10-17", "2023-08-01")
    await registration.send("pupils", PUPIL_HEADER + theirs, "147")
    assert (await listed(callers)).json()["total"] == 1
    await registration.send("pupils", PUPIL_HEADER + pupil(11, "101", "Bo", "2022-08-01", "2022-10-17"))
    assert (await listed(callers)).json() == {"items": [], "next_page_token": None, "total": 0}


async def test_nobody_else_sees_the_list(callers: Callers) -> None:
    for role in ("school", "resource_team", "municipality_integration", "evaluator", "auditor", "ops"):
        assert (await callers.ask("GET", PATH, role, "101")).status_code == 403
