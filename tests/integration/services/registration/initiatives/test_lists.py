"""Every list of an initiative is walked page by page in every order, as JSON, and has the same rows as CSV."""

import csv
import io
import re
from typing import Any

from tests.integration.services.registration.initiatives.requests import Work
from tests.integration.services.registration.initiatives.test_passed_on import Account

LISTS = (
    *("/shares", "/roles", "/municipalities", "/allocations", "/allocations/2/parts", "/steps"),
    "/municipalities/101/passed-on",
)


async def _walked(work: Work, path: str, sort: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    token = ""
    while True:
        answer = await work.ask("GET", f"{path}?sort={sort}&page_size=2{token}")
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        if page["next_page_token"] is None:
            return found
        token = f"&page_token={page['next_page_token']}"


def _orders(document: dict[str, Any], path: str) -> list[str]:
    """The columns that the list of this path declares in the service's own description."""
    operation = document["paths"][path]["get"]
    (sort,) = [each for each in operation["parameters"] if each["name"] == "sort"]
    found = re.fullmatch(r"\^-\?\(([a-z_|]+)\)\$", sort["schema"]["pattern"])
    assert found is not None
    return found[1].split("|")


async def test_every_list_has_every_row_once_in_every_order(work: Work) -> None:
    account = Account(work)
    await account.open()
    await work.release("101")
    for number, amount in (("910101", 100), ("910102", 100), ("910101", 50)):
        await account.give(number, amount)
    await work.answer("151", "accepted")
    await work.allocate(reason="En kommune har ombestemt sig.")
    document = (await work.callers.client.get("/openapi.json")).json()
    for end in LISTS:
        path = work.path + end
        described = "/v1/initiatives/{initiative_id}" + end.replace("/2/", "/{number}/").replace(
            "/101/", "/{municipality_code}/"
        )
        everything = (await work.ask("GET", f"{path}?page_size=200")).json()["items"]
        assert len(everything) > 1, end
        for column in _orders(document, described):
            up, down = [await _walked(work, path, sort) for sort in (column, f"-{column}")]
            assert up == list(reversed(down)), (end, column)
            assert sorted(map(str, up)) == sorted(map(str, everything)), (end, column)
        answer = await work.ask("GET", f"{path}?page_size=200", headers={"Accept": "text/csv"})
        table = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
        assert len(table) == len(everything), end
