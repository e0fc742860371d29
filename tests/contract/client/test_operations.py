"""The services' OpenAPI documents describe every request of the client, and the fields that the client reads."""

import copy
import importlib
import pkgutil
from typing import Any

import pytest

import libs.shared.client
from libs.shared.client.imports.operations import PARKED, RECEIPT, SEND
from libs.shared.client.operations import Operation
from tests.contract.client.agreeing import disagreements
from tests.factories.wired import SERVICES, app_of


def declared() -> dict[str, Operation[Any]]:
    """All operations by module and name."""
    modules = [
        importlib.import_module(each.name)
        for each in pkgutil.walk_packages(libs.shared.client.__path__, "libs.shared.client.")
        if each.name.endswith(".operations")
    ]
    return {
        f"{module.__name__.removeprefix('libs.shared.client.')}.{name}": value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, Operation)
    }


@pytest.fixture
async def documents() -> dict[str, dict[str, Any]]:
    return {name: (await app_of(name)).openapi() for name in SERVICES}


@pytest.mark.parametrize("name", sorted(declared()))
async def test_an_operation_is_as_the_services_describe_it(name: str, documents: dict[str, dict[str, Any]]) -> None:
    operation = declared()[name]
    services = operation.services or having(operation, documents)
    assert services
    found = {
        service: differences
        for service in services
        if (differences := list(disagreements(operation, documents[service])))
    }
    assert not found


async def test_an_operation_names_all_services_that_have_it_or_none(documents: dict[str, dict[str, Any]]) -> None:
    for operation in declared().values():
        assert operation.services in {(), having(operation, documents)}, operation.path


async def test_a_put_whose_answer_is_lost_is_recognised_by_what_is_shown_of_the_object() -> None:
    puts = {name: each for name, each in declared().items() if each.method == "PUT"}
    assert len(puts) > 8
    for name, each in puts.items():
        assert each.replaced is not None, name
        shown = each.replaced.shown
        assert (shown.method, shown.answer) == ("GET", each.answer), name
        assert each.path.startswith(shown.path), name
        assert each.headers, name


def having(operation: Operation[Any], documents: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    return tuple(name for name, document in documents.items() if operation.path in document["paths"])


def receipt_schema(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"]["ReceiptView"]
    return found


def rename_field(document: dict[str, Any]) -> None:
    fields = receipt_schema(document)["properties"]
    fields["refused_rows"] = fields.pop("refused")


def make_optional(document: dict[str, Any]) -> None:
    receipt_schema(document)["required"].remove("parked")


def make_text(document: dict[str, Any]) -> None:
    receipt_schema(document)["properties"]["rows"] = {"type": "string"}


def make_nullable(document: dict[str, Any]) -> None:
    receipt_schema(document)["properties"]["created_at"] = {
        "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]
    }


def add_state(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["ReceiptState"]["enum"].append("paused")


def move_path(document: dict[str, Any]) -> None:
    document["paths"]["/v2/imports"] = document["paths"].pop("/v1/imports")


def drop_parameter(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/v1/imports"]["post"]["parameters"]
    parameters[:] = [each for each in parameters if each["name"] != "after"]


def need_parameter(document: dict[str, Any]) -> None:
    document["paths"]["/v1/imports"]["post"]["parameters"].append({"name": "origin", "in": "query", "required": True})


def drop_key(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/v1/imports"]["post"]["parameters"]
    parameters[:] = [each for each in parameters if each["name"] != "idempotency-key"]


def change_item(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["ParkedView"]["properties"]["row"] = {"type": "boolean"}


@pytest.mark.parametrize(
    ("operation", "drift", "said"),
    [
        (RECEIPT, rename_field, "200:/refused: is not there on the other side"),
        (RECEIPT, make_optional, "200:/parked: is required and need not be written"),
        (RECEIPT, make_text, "200:/rows: string is written, integer is read"),
        (RECEIPT, make_nullable, "200:/created_at: null is written, string is read"),
        (RECEIPT, add_state, "200:/state: "),
        (SEND, move_path, "there is no such operation"),
        (SEND, drop_parameter, "query parameter after is not known"),
        (SEND, need_parameter, "query parameter origin is required"),
        (SEND, drop_key, "an idempotency key is not taken"),
        (PARKED, change_item, "200:/items/*/row: boolean is written, integer is read"),
    ],
)
async def test_planted_drift_is_found(
    operation: Operation[Any], drift: Any, said: str, documents: dict[str, dict[str, Any]]
) -> None:
    document = copy.deepcopy(documents["registration"])
    assert not list(disagreements(operation, document))
    drift(document)
    found = list(disagreements(operation, document))
    # A receipt has receipts of its parts, in which the same differs.
    assert any(each.replace("/parts/*", "").startswith(said) for each in found), found
