"""The tests of access read the routes from the OpenAPI documents, so a route outside the document would escape them."""

import asyncio
import base64
import importlib

import pytest
from fastapi.routing import APIRoute

from libs.shared.runtime.core import open_core
from libs.shared.runtime.service import Service, Wiring

SERVICES = ("registration", "intervention_catalog", "absence_ingest", "evaluation_export")
RING = f"k1:{base64.b64encode(bytes(32)).decode()}"


async def wired(name: str, monkeypatch: pytest.MonkeyPatch) -> Wiring:
    """A service's own routers, built as its process builds them; nothing connects to anything."""
    service: Service = importlib.import_module(f"services.{name}.wiring").SERVICE
    monkeypatch.setenv("SKOLELOEFT_EVENT_LOG", "memory:")
    monkeypatch.setenv(f"{name.upper()}_DATABASE_URL", f"postgresql://{name}_app@127.0.0.1:1/{name}")
    for setting in ("DATA_KEYS", "LOOKUP_KEYS", "BLIND_INDEX_KEYS"):
        monkeypatch.setenv(f"{name.upper()}_{setting}", RING)
    async with open_core(service) as core:
        return service.wire(core)


@pytest.mark.parametrize("name", SERVICES)
def test_every_route_of_a_service_stands_in_its_document(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    routes = [route for router in asyncio.run(wired(name, monkeypatch)).routers for route in router.routes]
    assert routes
    for route in routes:
        assert isinstance(route, APIRoute), f"{route}: mounted beside the routes that the document lists"
        assert route.include_in_schema, f"{route.path} is hidden"
