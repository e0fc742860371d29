"""The 98 municipalities with code and name, as data.

Source: see ``SOURCE``; names without the word *Kommune*. Christiansø (411) is in the classification and is no
municipality: the state administers it. Names are taken only from here, because a text that a person writes as a name
could be a pupil's.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Source:
    """Where data comes from, since when it is valid, and when it was last compared with its source."""

    title: str
    publisher: str
    address: str
    valid_from: date
    checked_on: date


SOURCE = Source(
    title="Regioner, landsdele og kommuner, v1:2007-",
    publisher="Danmarks Statistik",
    address="https://www.dst.dk/da/Statistik/dokumentation/nomenklaturer/nuts",
    valid_from=date(2007, 1, 1),
    checked_on=date(2026, 11, 30),
)
"""The codes are those of the central register of persons (CPR)."""


@cache
def municipality_names() -> Mapping[str, str]:
    """Name by three-digit code."""
    text = resources.files(__package__).joinpath("municipalities.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}


def is_municipality(code: str) -> bool:
    """Whether one of the 98 municipalities has the code."""
    return code in municipality_names()


def municipality_codes() -> list[str]:
    """The codes of the municipalities, ascending."""
    return sorted(municipality_names())


def municipality_name(code: str) -> str:
    """The official name; for a code without a municipality, which tests use, a text such as ``Kommune 999``."""
    return municipality_names().get(code, f"Kommune {code}")
