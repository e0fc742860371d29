"""Orders and fetches deliveries as the evaluator."""

import httpx

from tests.integration.services.evaluation_export.told import Token

ORDER = {"product": "aggregate", "school_year": "2022/2023"}


async def order(client: httpx.AsyncClient, token: Token, school_year: str = ORDER["school_year"]) -> str:
    body = {**ORDER, "school_year": school_year}
    answer = await client.post("/v1/deliveries", json=body, headers=token("evaluator"))
    assert answer.status_code == 202
    assert answer.json()["status"] == "requested"
    return answer.headers["location"]


async def fetch(client: httpx.AsyncClient, token: Token, path: str) -> httpx.Response:
    return await client.get(path, headers=token("evaluator"))
