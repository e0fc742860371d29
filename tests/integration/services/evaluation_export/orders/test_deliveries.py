"""From an order to the bundle, over HTTP and with the worker."""

import hashlib
import io
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx

from libs.shared.db.scope import Access, Scope
from services.evaluation_export.access import EVALUATOR
from services.evaluation_export.orders.worker import DeliveryWorker
from services.evaluation_export.products.aggregate.reading import read_snapshot
from tests.disclosure.attacker.reading import rows
from tests.integration.services.evaluation_export import told
from tests.integration.services.evaluation_export.steps import ORDER, fetch, order
from tests.integration.services.evaluation_export.told import Token, World, month, tell
from tests.realparts.databases import OwnDatabase


async def test_a_delivery_is_ordered_built_and_fetched_with_its_checksums(
    client: httpx.AsyncClient, token: Token, worker: DeliveryWorker, world: World
) -> None:
    path = await order(client, token)
    assert (await fetch(client, token, f"{path}/bundle")).json()["code"] == "delivery.not_ready"
    assert await worker.build_next()
    assert not await worker.build_next()
    state = (await fetch(client, token, path)).json()
    assert (state["status"], state["failure"]) == ("ready", None)
    bundle = await fetch(client, token, f"{path}/bundle")
    assert bundle.headers["content-type"] == "application/zip"
    assert bundle.headers["content-disposition"] == 'attachment; filename="skoleloeft-aggregate-2022-2023.zip"'
    assert hashlib.sha256(bundle.content).hexdigest() == state["bundle_sha256"]
    with zipfile.ZipFile(io.BytesIO(bundle.content)) as archive:
        assert sorted(archive.namelist()) == [file["name"] for file in state["files"]]
        for file in state["files"]:
            alone = await fetch(client, token, f"{path}/files/{file['name']}")
            assert alone.content == archive.read(file["name"])
            assert hashlib.sha256(alone.content).hexdigest() == file["sha256"]
    missing = await fetch(client, token, f"{path}/files/data/nothing.csv")
    assert (missing.status_code, missing.json()["code"]) == (404, "delivery.not_found")


async def test_the_numbers_are_those_the_events_told(
    client: httpx.AsyncClient, token: Token, worker: DeliveryWorker, world: World
) -> None:
    path = await order(client, token)
    await worker.build_next()
    bundle = (await fetch(client, token, f"{path}/bundle")).content

    def find(name: str, **wanted: str) -> dict[str, str]:
        return next(row for row in rows(bundle, name) if wanted.items() <= row.items())

    taught = told.A_CLASS + 1
    assert find("data/participants.csv", letter="A", variant="A1", grade="5")["pupils"] == str(taught)
    assert find("data/participants.csv", letter="C", variant="C", grade="4")["missing_reason"] == "suppressed"
    before = find("data/absence.csv", intervention_type="co_teaching", autumn="before", category="total")
    assert before["pupils"] == str(taught)
    # The pupil who moved was absent for one day, under the former id.
    in_all = sum(sum(told.days(number, 2021).values()) for number in range(told.A_CLASS)) + 1
    assert before["mean_days"] == one_decimal(in_all / taught)
    after = find("data/absence.csv", intervention_type="co_teaching", autumn="after", category="authorised")
    authorised = sum(told.days(number, 2022)["authorised"] for number in range(told.A_CLASS))
    assert after["mean_days"] == one_decimal(authorised / taught)
    others = find("data/absence.csv", group="non_participants", autumn="before", category="illness")
    illness = sum(told.days(number, 2021)["illness"] for number in range(told.OTHERS))
    assert (others["pupils"], others["mean_days"]) == (str(told.OTHERS), one_decimal(illness / told.OTHERS))
    dosage = find("data/dosage.csv", variant="A1")
    assert (dosage["projects"], dosage["courses"], dosage["mean_delivered"]) == ("1", "5", "31.5")
    complete = find("completeness.csv", municipality_code="101", autumn_year="2022")
    assert (complete["schools"], complete["school_months"], complete["reported_months"]) == ("1", "5", "5")
    assert float(complete["mean_school_days"]) > 100


def one_decimal(days: Decimal) -> str:
    """The number with one decimal; halves are rounded upwards."""
    return str(days.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


async def test_no_id_of_the_bus_is_in_the_bundle_in_any_form(
    client: httpx.AsyncClient, token: Token, worker: DeliveryWorker, world: World
) -> None:
    path = await order(client, token)
    await worker.build_next()
    bundle = (await fetch(client, token, f"{path}/bundle")).content
    known = world.ids()
    assert len(known) > 100
    assert hits(bundle, known) == set()
    for planted in forms(next(iter(known))):
        assert len(hits(bundle + planted, known)) == 1


def forms(one: UUID) -> tuple[bytes, ...]:
    """The forms in which an id may be written."""
    return str(one).encode(), one.hex.encode(), one.bytes, str(one).upper().encode()


def hits(content: bytes, ids: set[UUID]) -> set[UUID]:
    """The ids that occur in the content."""
    return {one for one in ids for form in forms(one) if form in content}


async def test_the_same_state_gives_the_same_bytes(
    client: httpx.AsyncClient, token: Token, worker: DeliveryWorker, world: World
) -> None:
    first, second = await order(client, token), await order(client, token)
    assert await worker.build_next()
    assert await worker.build_next()
    sums = [(await fetch(client, token, path)).json()["bundle_sha256"] for path in (first, second)]
    assert sums[0] == sums[1]


async def test_a_month_that_a_school_has_not_reported_is_unknown_and_not_zero(own: OwnDatabase, world: World) -> None:
    from libs.shared.contracts.absence import CompletenessChanged

    unreported = CompletenessChanged(
        aggregate_version=2, municipality_code="101", institution_number="101001", month="2022-11", reported=False
    )
    await tell(own.db, [unreported])
    async with own.db.moment(EVALUATOR) as session:
        reading = await read_snapshot(session, "2022/2023")
    measured = [person for person in reading.snapshot.persons if person.measured]
    assert len(measured) == told.GROUP + told.OTHERS


async def test_a_snapshot_sees_one_moment_while_events_come_in(own: OwnDatabase, world: World) -> None:
    async with own.db.moment(EVALUATOR) as session:
        before = await read_snapshot(session, "2022/2023")
        late = [month("101", one, "2021-10", illness="3") for one in world.pupils["a"]]
        await tell(own.db, late)
        assert await read_snapshot(session, "2022/2023") == before
    async with own.db.moment(EVALUATOR) as session:
        assert await read_snapshot(session, "2022/2023") != before


async def test_an_order_that_cannot_be_is_refused_with_its_field(
    client: httpx.AsyncClient, token: Token, world: World
) -> None:
    for product, year, code, pointer in (
        ("microdata", "2022/2023", "delivery.product_unknown", "/product"),
        ("aggregate", "2022/2024", "delivery.school_year_invalid", "/school_year"),
        ("aggregate", "0001/0002", "delivery.school_year_invalid", "/school_year"),
        ("aggregate", "\x00", "delivery.school_year_invalid", "/school_year"),
        ("aggregate", "2031/2032", "delivery.no_data", "/school_year"),
    ):
        body = {"product": product, "school_year": year}
        answer = await client.post("/v1/deliveries", json=body, headers=token("evaluator"))
        assert answer.status_code == 422
        problem = answer.json()
        assert (problem["code"], problem["pointer"]) == (code, pointer)
        assert problem["messages"]["da"] != problem["messages"]["en"]


async def test_an_order_of_another_form_is_refused(client: httpx.AsyncClient, token: Token) -> None:
    bodies: list[Any] = [{}, {"product": "aggregate"}, {**ORDER, "scool_year": "x"}, {**ORDER, "product": 7}, []]
    for body in bodies:
        answer = await client.post("/v1/deliveries", json=body, headers=token("evaluator"))
        assert answer.status_code == 422
        assert answer.json()["errors"]


async def test_only_the_evaluator_gets_in(client: httpx.AsyncClient, token: Token) -> None:
    unknown = f"/v1/deliveries/{uuid4()}"
    for method, path in (("POST", "/v1/deliveries"), ("GET", "/v1/deliveries"), ("GET", unknown),
                         ("GET", f"{unknown}/bundle"), ("GET", f"{unknown}/files/README.da.md")):  # fmt: skip
        body = ORDER if method == "POST" else None
        assert (await client.request(method, path, json=body)).status_code == 401
        for role in ("school", "secretariat", "municipality_integration"):
            assert (await client.request(method, path, json=body, headers=token(role))).status_code == 403
        if method == "GET" and path != "/v1/deliveries":
            assert (await client.get(path, headers=token("evaluator"))).json()["code"] == "delivery.not_found"


async def test_the_list_has_the_newest_first_and_goes_on_by_token(
    client: httpx.AsyncClient, token: Token, world: World
) -> None:
    made = [(await order(client, token)).rsplit("/", 1)[1] for _ in range(5)]
    seen: list[str] = []
    page_token: str | None = None
    for _ in range(3):
        parameters = {"page_size": "2"} | ({"page_token": page_token} if page_token else {})
        page = (await client.get("/v1/deliveries", params=parameters, headers=token("evaluator"))).json()
        seen += [one["id"] for one in page["items"]]
        page_token = page["next_page_token"]
    assert seen == made[::-1]
    assert page_token is None
    oldest = {"sort": "requested_at", "status": "requested", "product": "aggregate", "page_size": "2"}
    first = await client.get("/v1/deliveries", params=oldest, headers=token("evaluator") | {"Accept": "text/csv"})
    assert [line.partition(";")[0] for line in first.text.splitlines()[1:]] == made[:2]
    ready = await client.get("/v1/deliveries", params={"status": "ready"}, headers=token("evaluator"))
    assert ready.json()["items"] == []
    broken = await client.get("/v1/deliveries", params={"page_token": "xyz"}, headers=token("evaluator"))
    assert broken.json()["code"] == "page_token.invalid"


async def test_nobody_but_the_evaluator_reads_a_delivery_in_the_database(
    client: httpx.AsyncClient, token: Token, own: OwnDatabase, world: World
) -> None:
    from sqlalchemy import text

    await order(client, token)
    async with own.db.read(Scope(frozenset({"101", "102"}), Access.SECRETARIAT)) as session:
        assert (await session.execute(text("SELECT count(*) FROM delivery"))).scalar_one() == 0
