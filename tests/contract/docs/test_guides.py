"""The guides name only routes that exist, and leave no route of registration out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.wired import SERVICES, app_of, operations

GUIDES = Path(__file__).parents[3] / "docs" / "guides"
_NAMED = re.compile(
    r"(?:\b(GET|POST|PUT|PATCH|DELETE) )?(?:https?://[\w.:]+|\"?\$[A-Z_]+)?(/v1/[^\s`'\"|)]*|…/[^\s`'\"|)]*)"
)
_HTTP = {"GET", "POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture
async def methods() -> dict[str, set[str]]:
    """The methods of each path, of all services."""
    found: dict[str, set[str]] = {}
    for service in SERVICES:
        for path, method, _ in operations(await app_of(service)):
            found.setdefault(path, set()).add(method)
    return found


def named() -> Iterator[tuple[str, str | None, list[str]]]:
    """Each place, method and address in the guides; ``…`` stands for any beginning of an address."""
    for file in sorted(GUIDES.rglob("*.md")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            for method, address in _NAMED.findall(line):
                yield f"{file.name}:{number}", method or None, address.partition("?")[0].rstrip("/.,;:").split("/")


def fits(address: list[str], path: str) -> bool:
    """Whether the address is one of the path: a parameter may have its name or a value."""
    steps = path.split("/")
    shortened = address[0] == "…"
    if shortened:
        address = address[1:]
        steps = steps[-len(address) :]
    return len(address) == len(steps) and all(
        here == step or (step.startswith("{") and here != "" and (not shortened or here.startswith("{")))
        for here, step in zip(address, steps, strict=True)
    )


async def test_every_address_in_a_guide_exists_with_its_method(methods: dict[str, set[str]]) -> None:
    wrong = [
        f"{place}: {method or ''} {'/'.join(address)}"
        for place, method, address in named()
        if not any(fits(address, path) and method in {None, *has} for path, has in methods.items())
    ]
    assert wrong == []


async def test_every_route_of_registration_is_named_in_a_guide() -> None:
    told = [address for _, _, address in named()]
    routes = {path for path, _, _ in operations(await app_of("registration"))}
    assert {path for path in routes if not any(fits(each, path) for each in told)} == set()


def test_a_wrong_address_is_found() -> None:
    assert fits(["", "v1", "schools", "910101"], "/v1/schools/{institution_number}")
    assert not fits(["", "v1", "schools", "910101", "rooms"], "/v1/schools/{institution_number}/classes")
    assert fits(["…", "answer"], "/v1/initiatives/{initiative_id}/answer")
    assert not fits(["…", "answer"], "/v1/initiatives/{initiative_id}")
    assert not fits(["…", "answers"], "/v1/initiatives/{initiative_id}/answer")


def test_the_two_languages_of_a_guide_have_the_same_sections_points_and_options() -> None:
    text = (GUIDES / "command-line.md").read_text(encoding="utf-8").partition("## In English")[2]
    english, danish = (_shape(each) for each in text.split("## På dansk"))
    assert english["sections"] == danish["sections"]
    # The messages are in Danish unless English is asked for.
    assert set(english["options"]) - set(danish["options"]) == {"--language"}
    assert set(danish["options"]) <= set(english["options"])


def _shape(text: str) -> dict[str, list[object]]:
    """The numbers of points, rows of tables and code blocks of each section, and the options that are named."""
    sections = [
        (len(re.findall("^- ", each, re.MULTILINE)), len(re.findall(r"^\|", each, re.MULTILINE)), each.count("```"))
        for each in text.split("\n### ")
    ]
    return {"sections": list(sections), "options": list(re.findall(r"--[a-z][a-z-]+", text))}
