"""The list of receipts over HTTP: its order and pages, and who may read which of them."""

import httpx

from tests.factories.import_app import token
from tests.factories.import_bench import Bench
from tests.factories.imported import cpr, day_file, day_lines

QUERY = {"municipality": "101"}


async def listed(client: httpx.AsyncClient, headers: dict[str, str] | None = None, **query: str) -> list[str]:
    """The ids of all pages."""
    found: list[str] = []
    given = {**QUERY, **query}
    while True:
        answer = await client.get("/v1/imports", params=given, headers=headers)
        assert answer.status_code == 200, answer.text
        found += [each["id"] for each in answer.json()["items"]]
        if (more := answer.json()["next_page_token"]) is None:
            return found
        given["page_token"] = more


async def test_the_newest_is_first_and_pages_hold_each_receipt_once(client: httpx.AsyncClient, bench: Bench) -> None:
    made = []
    for number in range(5):
        made.append(str((await bench.done(day_file(["6113120008;2022-09-30;illness;1"]), key=f"k{number}")).id))
        bench.clock.forward(seconds=number % 2)
    one_page = await listed(client, page_size="50")
    # Two pairs were received in the same moment: the order within a pair is not defined, but the same in every answer.
    assert [set(one_page[:1]), set(one_page[1:3]), set(one_page[3:])] == [{made[4]}, {*made[2:4]}, {*made[:2]}]
    for size in ("1", "2", "5"):
        assert await listed(client, page_size=size) == one_page
    page = (await client.get("/v1/imports", params=QUERY)).json()
    assert [each["refused"] for each in page["items"]] == [1] * 5
    moments = [each["created_at"] for each in page["items"]]
    assert moments == sorted(moments, reverse=True)
    assert "6113120008" not in str(page)


async def test_only_those_with_waiting_rows_are_listed_on_demand(client: httpx.AsyncClient, bench: Bench) -> None:
    await bench.know(cpr(1))
    await bench.done(day_file(["6113120008;2022-09-30;illness;1"]), key="none waits")
    waiting = await bench.done(day_file(day_lines(3)), key="some wait")
    assert waiting.parked_now
    assert await listed(client, waiting_only="true") == [str(waiting.id)]


async def test_a_list_is_its_municipalitys_and_its_senders_alone(client: httpx.AsyncClient, bench: Bench) -> None:
    await bench.done(day_file(["6113120008;2022-09-30;illness;1"]))
    assert len(await listed(client)) == 1
    assert (await client.get("/v1/imports", params=QUERY, headers=token("147"))).status_code == 404
    assert await listed(client, token("147"), municipality="147") == []
    assert await listed(client, token("101", "147"), municipality="147") == []
    for role in ("school", "evaluator", "ops", "resource_team"):
        answer = await client.get("/v1/imports", params=QUERY, headers=token("101", role=role))
        assert answer.status_code == 403
    secretariat = await client.get("/v1/imports", params=QUERY, headers=token(role="secretariat"))
    assert secretariat.status_code == 404


async def test_a_token_for_some_institutions_reads_receipts_of_its_own_files(
    client: httpx.AsyncClient, bench: Bench
) -> None:
    whole = await bench.done(day_file(day_lines(1)), key="whole")
    own = await bench.done(day_file(day_lines(1)), key="own", institutions=frozenset({"101001"}))
    both = await bench.done(day_file(day_lines(1)), key="both", institutions=frozenset({"101001", "101002"}))
    held = token("101", institutions=("101001",))
    assert await listed(client, held) == [str(own.id)]
    for receipt, status in ((own, 200), (whole, 404), (both, 404)):
        assert (await client.get(f"/v1/imports/{receipt.id}", headers=held)).status_code == status
    assert len(await listed(client)) == 3
