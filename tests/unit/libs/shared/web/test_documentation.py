import json
import re

import httpx
import pytest
from fastapi import FastAPI

from libs.shared.web.docs import POLICY


async def test_the_page_and_its_start_script_load_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.status_code == 200
    assert page.headers["content-security-policy"] == POLICY
    assert "Things &lt;of&gt; Skoleløft" in page.text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert loaded
    assert all(address.startswith(("docs/", "data:,")) for address in loaded)
    start = await client.get("/docs/start.js")
    assert "http" not in page.text.replace('charset="utf-8"', "") + start.text
    assert "validatorUrl: null" in start.text


async def test_every_file_the_page_names_is_served_with_its_type(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text
    for address in re.findall(r'(?:src|href)="(docs/[^"]+)"', page):
        answer = await client.get(f"/{address}")
        assert answer.status_code == 200
        wanted = "text/css" if address.endswith(".css") else "text/javascript"
        assert answer.headers["content-type"].startswith(wanted)


async def test_the_document_that_the_page_shows_is_there(client: httpx.AsyncClient) -> None:
    start = (await client.get("/docs/start.js")).text
    found = re.search(r'url: "([^"]+)"', start)
    assert found is not None
    answer = await client.get(str(httpx.URL("http://things/docs").join(found.group(1)).path))
    assert answer.json()["paths"]


async def test_the_pages_files_do_not_let_a_caller_out_of_their_folder(client: httpx.AsyncClient) -> None:
    for path in ("/docs/../app.py", "/docs/%2e%2e/__init__.py", "/docs/index.html"):
        assert (await client.get(path)).status_code == 404


def test_every_operation_lists_its_problems_and_fastapis_own_models_are_gone(app: FastAPI) -> None:
    document = app.openapi()
    assert document["openapi"].startswith("3.1")
    assert "HTTPValidationError" not in json.dumps(document)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            answer = operation["responses"]["default"]["content"]["application/problem+json"]["schema"]
            assert answer == {"$ref": "#/components/schemas/ProblemDocument"}, path
    own = document["paths"]["/v1/things/own"]["get"]
    assert own["security"] == [{"bearer": []}]
    assert {"401", "403"} <= set(own["responses"])
    assert "401" not in document["paths"]["/v1/things/page"]["get"]["responses"]
    assert {"413", "422"} <= set(document["paths"]["/v1/things"]["post"]["responses"])


def test_every_reference_in_the_document_leads_somewhere(app: FastAPI) -> None:
    document = app.openapi()
    for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)):
        assert name in document["components"]["schemas"]


def test_health_and_metrics_are_outside_the_document(app: FastAPI) -> None:
    assert all(path.startswith("/v1/") for path in app.openapi()["paths"])


@pytest.mark.parametrize("path", ["/redoc", "/docs/oauth2-redirect"])
async def test_nothing_else_of_fastapis_pages_is_served(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404
