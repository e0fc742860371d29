"""An order that is sent twice gives one delivery."""

import asyncio

import httpx

from tests.integration.services.evaluation_export.steps import ORDER
from tests.integration.services.evaluation_export.told import Token, World

KEY = {"Idempotency-Key": "order-2022-2023"}


async def test_an_order_sent_twice_at_once_and_again_is_one_delivery(
    client: httpx.AsyncClient, token: Token, world: World
) -> None:
    assert world
    headers = token("evaluator") | KEY
    answers = await asyncio.gather(*(client.post("/v1/deliveries", json=ORDER, headers=headers) for _ in range(3)))
    answers.append(await client.post("/v1/deliveries", json=ORDER, headers=headers))
    assert {each.status_code for each in answers} == {202}
    assert len({(each.text, each.headers["location"]) for each in answers}) == 1
    listed = await client.get("/v1/deliveries", headers=token("evaluator"))
    assert [each["id"] for each in listed.json()["items"]] == [answers[0].json()["id"]]
    other = await client.post("/v1/deliveries", json=ORDER | {"school_year": "2021/2022"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency.key_reused")


async def test_a_refused_order_can_be_corrected_under_its_key(
    client: httpx.AsyncClient, token: Token, world: World
) -> None:
    assert world
    headers = token("evaluator") | KEY
    refused = await client.post("/v1/deliveries", json=ORDER | {"product": "everything"}, headers=headers)
    assert refused.status_code == 422
    assert (await client.post("/v1/deliveries", json=ORDER, headers=headers)).status_code == 202
