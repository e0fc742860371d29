"""The routes of a service as its own OpenAPI document lists them, and requests that fit them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "put", "post", "patch", "delete", "head", "options", "trace")


@dataclass(frozen=True)
class Route:
    """One operation. ``key`` is its name in the table of rights."""

    service: str
    method: str
    path: str
    operation: Mapping[str, Any]
    document: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Method and path, such as ``GET /v1/schools``; the same in every service that has the route."""
        return f"{self.method} {self.path}"

    def __str__(self) -> str:
        return f"{self.service} {self.key}"

    def parameters(self, place: str) -> list[Mapping[str, Any]]:
        """The declared parameters in ``path``, ``query`` or ``header``."""
        return [self._resolved(each) for each in self.operation.get("parameters", []) if each["in"] == place]

    @property
    def path_names(self) -> list[str]:
        """Names of the path parameters."""
        return [each["name"] for each in self.parameters("path")]

    def example_path(self, otherwise: str) -> str:
        """The path with the example of each parameter, and ``otherwise`` for one without an example."""
        named = {each["name"]: _example_or(each, otherwise) for each in self.parameters("path")}
        return self.path.format_map(named)

    def query(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Every required query parameter, with the value in ``known`` or else its example."""
        return {
            each["name"]: known.get(each["name"], _example(each)) for each in self.parameters("query") if _must(each)
        }

    def headers(self) -> dict[str, str]:
        """Every required header with its example."""
        return {each["name"]: str(_example(each)) for each in self.parameters("header") if _must(each)}

    def body(self) -> dict[str, Any]:
        """The documented example of the body, as arguments of a request; empty if there is no body."""
        content = self.operation.get("requestBody", {}).get("content", {})
        for media, described in content.items():
            if media == "application/json":
                return {"json": self._body_example(described)}
            if "example" in described:
                return {"content": str(described["example"]).encode(), "headers": {"Content-Type": media}}
        return {}

    def _body_example(self, described: Mapping[str, Any]) -> Any:
        schema = self._resolved(described["schema"])
        for one in (described["schema"], schema, *map(self._resolved, schema.get("anyOf", ()))):
            if one.get("examples"):
                return one["examples"][0]
        raise AssertionError(f"{self}: the body has no example")

    def _resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Any = node
        while "$ref" in found:
            place, found = found["$ref"], self.document
            for step in place.removeprefix("#/").split("/"):
                found = found[step]
        return found  # type: ignore[no-any-return] # JSON


def _must(parameter: Mapping[str, Any]) -> bool:
    return bool(parameter.get("required"))


def _example(parameter: Mapping[str, Any]) -> Any:
    found = _example_or(parameter, None)
    assert found is not None, f"the parameter {parameter['name']} is required and has no example"
    return found


def _example_or(parameter: Mapping[str, Any], otherwise: Any) -> Any:
    for place in (parameter, parameter.get("schema", {})):
        if "example" in place:
            return place["example"]
        if place.get("examples"):
            return place["examples"][0]
    return otherwise


def routes_of(documents: Mapping[str, Mapping[str, Any]]) -> Iterator[Route]:
    """Every operation of every document."""
    for service, document in documents.items():
        for path, operations in document["paths"].items():
            for method in METHODS:
                if method in operations:
                    yield Route(service, method.upper(), path, operations[method], document)
