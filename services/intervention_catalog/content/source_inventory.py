"""Finds recommendations and trial actions in the source texts, for comparison with the inventory."""

import re
from collections.abc import Iterator

from services.intervention_catalog.content.models.inventory import Addressed, RecommendationFound, TrialActionFound
from services.intervention_catalog.content.source_text import SourceText

_SECTION = re.compile(r"\s*(3\.\d)\t")
_HEADING = re.compile(r"\s*Ekspertgruppens? anbefal(?:er\b|inger til understøttelse)")
_NUMBERS = re.compile(r"\((?:anbefaling\s+)?(5\.\d\.\d\.?[a-z](?:\s+og\s+5\.\d\.\d\.?[a-z])?)\)")
_MUNICIPALITY = r"(?P<municipality>[\wæøåÆØÅ-]+) Kommune(?: – (?P<school>.+?))?"
_TITLE = re.compile(rf"\s*{_MUNICIPALITY}\s*$")
_LISTED = re.compile(rf"\s*• {_MUNICIPALITY}: ")
_FIRST_SECTION = "3.1"


def recommendations_in(source: SourceText) -> Iterator[RecommendationFound]:
    """Every bullet with a number in chapter 3, in order.

    In the first section the text precedes the title of the section (an effect of the PDF), so everything before the
    title of the second section belongs to the first. The heading above a bullet names its audience.
    """
    section, heading = _FIRST_SECTION, ""
    for number, line in enumerate(source.lines, start=1):
        if title := _SECTION.match(line):
            section = title[1]
        if _HEADING.match(line):
            heading = source.passage(number, number + 1)
        if line.lstrip().startswith("▪") and heading:
            yield _recommendation(source, number, section, heading)


def _recommendation(source: SourceText, first: int, section: str, heading: str) -> RecommendationFound:
    text = source.passage(first, first + 30)
    found = _NUMBERS.search(text)
    numbers = tuple(re.sub(r"(\d)([a-z])$", r"\1.\2", each) for each in found[1].split(" og ")) if found else ()
    last = first + (text[: found.end()].count("\n") if found else 0)
    addressed = _addressed(heading)
    tier = "box" if addressed is Addressed.BOX else "text"
    name = f"{numbers[0]}.{tier}" if numbers else f"line-{first}.{tier}"
    return RecommendationFound(
        id=name, numbers=numbers, tier=tier, addressed=addressed, section=section, lines=(first, last)
    )


def _addressed(heading: str) -> Addressed:
    small = heading.lower()
    if "understøttelse og inspiration" in small:
        return Addressed.BOX
    if "minister" in small:
        return Addressed.MINISTER
    if "kommunalbestyrelse" in small:
        return Addressed.MUNICIPAL_COUNCIL
    return Addressed.NOBODY_NAMED


def trial_actions_in(source: SourceText) -> Iterator[TrialActionFound]:
    """Every trial action by its title, in order. The id is empty, as the source has none.

    The last line is not determined here: it precedes the short title of the next action, which looks like any other
    line.
    """
    listed: dict[tuple[str, str | None], int] = {}
    for number, line in enumerate(source.lines, start=1):
        if entry := _LISTED.match(line):
            listed.setdefault((entry["municipality"], entry["school"]), number)
        elif title := _TITLE.match(line):
            name = (title["municipality"], title["school"])
            yield TrialActionFound(
                id="", municipality=name[0], school=name[1], listed_at=listed.get(name, 0), lines=(number, number)
            )
