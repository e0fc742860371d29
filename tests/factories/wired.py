"""Every service as its process builds it, without a database or an event log to connect to."""

import base64
import importlib
import os
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from fastapi import FastAPI

from libs.shared.auth.principal import Role
from libs.shared.contracts.topics import SERVICES
from libs.shared.operations.flow import Flow
from libs.shared.runtime.core import open_core
from libs.shared.runtime.service import Service, Wiring
from libs.shared.web.flow import flow_router
from tests.factories import service

__all__ = ["SERVICES", "address", "app_of", "app_with", "operations", "token", "wired"]

RING = f"k1:{base64.b64encode(bytes(32)).decode()}"
METHODS = ("get", "put", "post", "patch", "delete", "head", "options", "trace")
_TOKENS = service.Tokens()
_APPS: dict[str, FastAPI] = {}


async def wired(name: str) -> Wiring:
    """A service's own routers and loops; its database and event log cannot be reached."""
    settings = {
        "SKOLELOEFT_EVENT_LOG": "memory:",
        f"{name.upper()}_DATABASE_URL": f"postgresql://{name}_app@127.0.0.1:1/{name}",
        **{f"{name.upper()}_{ring}": RING for ring in ("DATA_KEYS", "LOOKUP_KEYS", "BLIND_INDEX_KEYS", "RELEASE_KEY")},
    }
    declared: Service = importlib.import_module(f"services.{name}.wiring").SERVICE
    with patch.dict(os.environ, settings):
        async with open_core(declared) as core:
            return declared.wire(core)


async def app_of(name: str) -> FastAPI:
    """The service's HTTP side; it accepts the tokens of ``token``. Built once per service, because it has no state."""
    if name not in _APPS:
        _APPS[name] = await _built(name)
    return _APPS[name]


async def app_with(name: str, **more: Any) -> FastAPI:
    """A new application, for tests of what it counts or remembers; ``more`` goes to ``create_app``."""
    return await _built(name, **more)


async def _built(name: str, **more: Any) -> FastAPI:
    return service.app_of(name, [*(await wired(name)).routers, flow_router(_no_flow)], _TOKENS, **more)


async def _no_flow() -> Flow:
    return Flow(outbox={}, inbox={}, tables={})


def token() -> dict[str, str]:
    """The header of a caller with every role."""
    return _TOKENS.headers(*(each.value for each in Role), subject="everybody", seconds=600)


def operations(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method in capitals and operation of each operation in the OpenAPI document."""
    for path, item in app.openapi()["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method.upper(), item[method]


def address(path: str, operation: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """An address of the operation and its required query, with values of the declared form."""
    query: dict[str, str] = {}
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", _value(parameter))
        elif parameter["in"] == "query" and parameter.get("required"):
            query[parameter["name"]] = _value(parameter)
    return path, query


def _value(parameter: dict[str, Any]) -> str:
    schema = parameter["schema"]
    if schema.get("format") == "uuid":
        return "5f0c1f0e-6b0e-4b52-9d3a-0d6f1c1a7a10"
    if schema.get("type") == "integer":
        return "1"
    pattern = schema.get("pattern", "")
    return "101" if "[0-9]{3}" in pattern else "101001" if "[0-9A-Z]{6}" in pattern else "x"
