"""The 98 municipalities with code and name, as data.

Source: Statistics Denmark, *Regioner, landsdele og kommuner*, version 1 of 2007 (codes of the CPR office, in force
since 1 January 2007); names without the word *Kommune*. Christiansø (411) is no municipality. Names are taken only from
here, because a text that a person writes as a name could be a pupil's.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def municipality_names() -> Mapping[str, str]:
    """Name by three-digit code."""
    text = resources.files(__package__).joinpath("municipalities.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}


def municipality_codes() -> list[str]:
    """The codes of the municipalities, ascending."""
    return sorted(municipality_names())


def municipality_name(code: str) -> str:
    """The official name; for a code without a municipality, which tests use, a text such as ``Kommune 999``."""
    return municipality_names().get(code, f"Kommune {code}")
