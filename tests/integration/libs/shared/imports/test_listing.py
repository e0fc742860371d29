"""The list of receipts over HTTP: its order and pages, and who may read which of them."""

from itertools import combinations_with_replacement

import asyncpg
import httpx

from libs.shared.files.snapshot import Snapshot
from libs.shared.imports.receipts.receipt import FINAL, ReceiptState
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


async def test_it_is_sorted_and_chosen_as_asked_and_answers_as_csv(client: httpx.AsyncClient, bench: Bench) -> None:
    done = await bench.done(day_file(day_lines(1)), key="first")
    bench.clock.forward(seconds=1)
    snapshot = Snapshot("101001", "2022/2023", "tea", bench.clock())
    waiting = await bench.send(day_file(day_lines(1)), "second", snapshot=snapshot)
    oldest_first = [str(done.id), str(waiting.id)]
    assert await listed(client, sort="created_at") == oldest_first
    assert await listed(client, sort="-created_at", page_size="1") == oldest_first[::-1]
    assert await listed(client, sort="state", page_size="1") == oldest_first
    assert await listed(client, sort="-state", page_size="1") == oldest_first[::-1]
    assert await listed(client, state="queued") == await listed(client, institution="101001") == [str(waiting.id)]
    assert await listed(client, state="completed", kind="days") == [str(done.id)]
    assert await listed(client, institution="101002") == []
    unknown = await client.get("/v1/imports", params={**QUERY, "kind": "nights"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "import.kind_unknown")
    table = await client.get("/v1/imports", params={**QUERY, "page_size": "1"}, headers={"Accept": "text/csv"})
    header, row = table.text.removeprefix("\ufeff").splitlines()
    assert header.startswith("id;kind;municipality_code;mode;state;")
    assert row.startswith(f"{waiting.id};days;101;commit;queued;")
    assert 'rel="next"' in table.headers["Link"]


async def test_a_token_is_for_the_order_and_the_choice_that_it_came_with(
    client: httpx.AsyncClient, bench: Bench
) -> None:
    for key in ("first", "second"):
        await bench.send(day_file(day_lines(1)), key)
    token_ = (await client.get("/v1/imports", params={**QUERY, "page_size": "1"})).json()["next_page_token"]
    for other in ({"sort": "kind"}, {"state": "queued"}):
        answer = await client.get("/v1/imports", params={**QUERY, **other, "page_token": token_})
        assert (answer.status_code, answer.json()["code"]) == (400, "page_token.invalid")


PARTS = [ReceiptState.QUEUED, ReceiptState.WORKING, ReceiptState.HELD, *sorted(FINAL)]


async def test_the_state_of_a_file_of_several_kinds_is_chosen_as_it_is_shown(
    client: httpx.AsyncClient, bench: Bench
) -> None:
    first = await bench.send(day_file(day_lines(1)), "first")
    connection = await asyncpg.connect(bench.own.admin_url)
    names = [row[0] for row in await connection.fetch(COLUMNS)]
    of_a_file = {"state": "'divided'", "told": """'{"facts": {}, "ignored": {}}'"""}
    for number, pair in enumerate(combinations_with_replacement(PARTS, 2)):
        file = await connection.fetchval(copied(names, f"f{number}", of_a_file), first.id)
        for part, state in enumerate(pair):
            of_a_part = {"state": f"'{state}'", "part_of": f"'{file}'", "part": str(part)}
            await connection.fetchval(copied(names, f"p{number}.{part}", of_a_part), first.id)
    await connection.close()
    page = await client.get("/v1/imports", params={**QUERY, "page_size": "200"})
    shown = {each["id"]: each["state"] for each in page.json()["items"]}
    assert len(set(shown.values())) == 8
    for state in ReceiptState:
        assert set(await listed(client, state=state)) == {each for each, its in shown.items() if its == state}


COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = 'import_receipt'"


def copied(names: list[str], key: str, changed: dict[str, str]) -> str:
    """A statement that copies a receipt with some columns changed."""
    own = {"id": "gen_random_uuid()", "upload_token": "gen_random_uuid()", "idempotency_key": f"'{key}'"}
    values = ", ".join((own | changed).get(name, f'"{name}"') for name in names)
    listed_names = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO import_receipt ({listed_names}) SELECT {values} FROM import_receipt WHERE id = $1 RETURNING id"


async def test_refused_and_parked_rows_are_sorted_chosen_and_answered_as_csv(
    client: httpx.AsyncClient, bench: Bench
) -> None:
    await bench.know(cpr(1))
    receipt = await bench.done(day_file([*day_lines(3), "6113120008;2022-09-30;illness;1", "x;2022-09-30;illness;1"]))
    assert receipt.refused == 2
    for name, count in (("refused", receipt.refused), ("parked", receipt.parked)):
        path = f"/v1/imports/{receipt.id}/{name}"
        rows = [each["row"] for each in (await client.get(path)).json()["items"]]
        assert len(rows) == count > 1
        assert await rows_of(client, path, sort="row", page_size="1") == rows
        assert await rows_of(client, path, sort="-row", page_size="1") == rows[::-1]
        table = await client.get(path, headers={"Accept": "text/csv"})
        assert len(table.text.splitlines()) == count + 1
        assert "6113120008" not in table.text
    first = (await client.get(f"/v1/imports/{receipt.id}/refused")).json()["items"][0]
    code = first["errors"][0]["code"]
    assert first["row"] in await rows_of(client, f"/v1/imports/{receipt.id}/refused", code=code)
    assert await rows_of(client, f"/v1/imports/{receipt.id}/refused", code="no.such_code") == []
    assert await rows_of(client, f"/v1/imports/{receipt.id}/parked", reason="no_such_reason") == []


async def rows_of(client: httpx.AsyncClient, path: str, **query: str) -> list[int]:
    """The row numbers of all pages."""
    found: list[int] = []
    while True:
        page = (await client.get(path, params=query)).json()
        found += [each["row"] for each in page["items"]]
        if page["next_page_token"] is None:
            return found
        query["page_token"] = page["next_page_token"]


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
