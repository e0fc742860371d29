"""The OpenAPI document: FastAPI's, with our problems in place of its own error models on every operation."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from libs.shared.web.documents import PROBLEM_MEDIA_TYPE, ProblemDocument

_REFERENCE = "#/components/schemas/{model}"
_METHODS = frozenset({"get", "put", "post", "delete", "patch", "head", "options"})
_FASTAPI_MODELS = ("HTTPValidationError", "ValidationError")
_WHY = {
    "401": "No valid access token.",
    "403": "The role does not allow this.",
    "404": "It does not exist, or you have no access to it.",
    "413": "The body is over the limit.",
    "429": "Too many requests; `Retry-After` says when to send again.",
    "422": "Parameters or body break a rule; `errors` lists every field.",
    "default": "Any other refusal.",
}


def install_openapi(app: FastAPI) -> None:
    """Make ``app.openapi()`` return the document with problems; it is built at the first call and cached."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = with_problems(
                get_openapi(
                    title=app.title,
                    version=app.version,
                    openapi_version=app.openapi_version,
                    description=app.description,
                    routes=app.routes,
                    tags=app.openapi_tags,
                    separate_input_output_schemas=app.separate_input_output_schemas,
                )
            )
        return app.openapi_schema

    # FastAPI's documented way to change the document is to replace this method.
    app.openapi = openapi  # type: ignore[method-assign] # see the line above


def with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """Add to every operation the problem responses that it can have. Changes and returns ``document``."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _FASTAPI_MODELS:
        schemas.pop(name, None)
    _, made = models_json_schema([(ProblemDocument, "serialization")], ref_template=_REFERENCE)
    schemas.update(made["$defs"])
    for path in document.get("paths", {}).values():
        for method, operation in path.items():
            if method in _METHODS:
                _complete(operation)
    return document


def _complete(operation: dict[str, Any]) -> None:
    responses = operation.setdefault("responses", {})
    parameters = operation.get("parameters", [])
    possible = {
        "401": bool(operation.get("security")),
        "403": bool(operation.get("security")),
        "404": any(parameter.get("in") == "path" for parameter in parameters),
        "413": "requestBody" in operation,
        "422": bool(parameters) or "requestBody" in operation,
        "429": True,
        "default": True,
    }
    if "HTTPValidationError" in str(responses.get("422", "")):
        del responses["422"]
    for status, can_be in possible.items():
        if can_be:
            responses.setdefault(status, _response(_WHY[status]))
    for status, response in responses.items():
        if str(status).isdigit() and int(status) >= HTTPStatus.BAD_REQUEST:
            response.setdefault("content", _response("")["content"])


def _response(description: str) -> dict[str, Any]:
    reference = {"$ref": _REFERENCE.format(model=ProblemDocument.__name__)}
    return {"description": description, "content": {PROBLEM_MEDIA_TYPE: {"schema": reference}}}
