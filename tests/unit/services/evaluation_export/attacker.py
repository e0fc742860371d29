"""An attacker who has the released files, the codebook and a solver, and none of our code.

For each empty field the smallest and largest whole number that agrees with everything printed is found by integer
programming (HiGHS). The attacker knows that an empty field holds at least one pupil, that a single-variant type is its
variant, which numbers are sums of which, which groups hold which, and may know how many pupils take part twice.
"""

import csv
import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Name = tuple[str, ...]


@dataclass
class Knowledge:
    """What is printed, what is empty, what could be derived, and the sums over them."""

    printed: dict[Name, int] = field(default_factory=dict)
    empty: set[Name] = field(default_factory=set)
    derived: set[Name] = field(default_factory=set)
    sums: list[dict[Name, int]] = field(default_factory=list)

    def number(self, name: Name, text: str, reason: str) -> None:
        if text == "":
            assert reason == "suppressed", name
            self.empty.add(name)
        else:
            assert reason == "", name
            self.printed[name] = int(text)

    def add_up(self, whole: Name, parts: list[Name]) -> None:
        self.sums.append({**dict.fromkeys(parts, 1), whole: -1})

    def holds(self, outer: Name, inner: Name) -> Name:
        rest = ("rest", *outer, *inner)
        self.derived.add(rest)
        self.add_up(outer, [inner, rest])
        return rest

    def interval(self, wanted: Name, *, most: int = 10_000) -> tuple[int, int]:
        """The lowest and highest value; ``most`` where there is no highest."""
        unknown = sorted(self.empty | self.derived)
        place = {name: number for number, name in enumerate(unknown)}
        matrix = np.zeros((len(self.sums), len(unknown)))
        right = np.zeros(len(self.sums))
        for row, terms in enumerate(self.sums):
            for name, sign in terms.items():
                if name in place:
                    matrix[row, place[name]] = sign
                else:
                    right[row] -= sign * self.printed[name]
        low = np.array([1 if name in self.empty else 0 for name in unknown])
        found = []
        for sign in (1, -1):
            aim = np.zeros(len(unknown))
            aim[place[wanted]] = sign
            result = milp(
                aim,
                constraints=LinearConstraint(matrix, right, right),
                bounds=Bounds(low, np.full(len(unknown), most)),
                integrality=np.ones(len(unknown)),
            )
            assert result.success, "the released tables contradict each other"
            found.append(round(sign * result.fun))
        return found[0], found[1]


def rows(bundle: bytes, name: str) -> list[dict[str, str]]:
    """The rows of a CSV in the bundle."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def learn(bundle: bytes, *, twice: tuple[int | None, int | None] = (None, None)) -> Knowledge:
    """Read the files. ``twice``: extra participations among the enrolled and the analysed, if the attacker knows."""
    known = Knowledge()
    letters = _participants(known, rows(bundle, "data/participants.csv"))
    first, last = _flow(known, rows(bundle, "population_flow.csv"))
    _absence(known, rows(bundle, "data/absence.csv"), letters, last)
    kinds = letters.values()
    for letter in kinds:
        known.holds(("p", letter, "all", "all"), ("n", letter))
        known.holds(first, ("p", letter, "all", "all"))
        known.holds(last, ("n", letter))
    _twice(known, "p", [("p", letter, "all", "all") for letter in kinds], first, twice[0])
    _twice(known, "n", [("n", letter) for letter in kinds], last, twice[1])
    return known


def _participants(known: Knowledge, found: list[dict[str, str]]) -> dict[str, str]:
    """The letters of the types, by code."""
    variants: dict[str, set[str]] = defaultdict(set)
    grades = {row["grade"] for row in found}
    for row in found:
        known.number(("p", row["letter"], row["variant"], row["grade"]), row["pupils"], row["missing_reason"])
        variants[row["letter"]].add(row["variant"])
    for letter, names in variants.items():
        for variant in names:
            known.add_up(("p", letter, variant, "all"), [("p", letter, variant, grade) for grade in grades - {"all"}])
        for grade in grades:
            known.add_up(("p", letter, "all", grade), [("p", letter, variant, grade) for variant in names - {"all"}])
    return {row["intervention_type"]: row["letter"] for row in found}


def _flow(known: Knowledge, found: list[dict[str, str]]) -> tuple[Name, Name]:
    """The names of everybody enrolled and of those left in the end."""
    for step, row in enumerate(found):
        known.number(("left", str(step)), row["pupils_left"], row["pupils_left_missing_reason"])
        if step == 0:
            continue
        known.number(("out", str(step)), row["pupils_out"], row["pupils_out_missing_reason"])
        before = ("left", str(step - 1))
        known.add_up(before, [("left", str(step)), ("out", str(step))])
        assert row["pupils_in"] == str(known.printed.get(before, ""))
    return ("left", "0"), ("left", str(len(found) - 1))


def _absence(known: Knowledge, found: list[dict[str, str]], letters: dict[str, str], last: Name) -> None:
    for row in found:
        assert (row["mean_days"] == "") == (row["missing_reason"] != ""), "a mean without its number, or the reverse"
        if row["group"] == "participants" and row["category"] == "total" and row["autumn"] == "after":
            reason = "" if row["missing_reason"] == "no_pupils" else row["missing_reason"]
            known.number(("n", letters.get(row["intervention_type"], "all")), row["pupils"], reason)
    known.add_up(("n", "all"), [last])


def _twice(known: Knowledge, level: str, types: list[Name], persons: Name, extra: int | None) -> None:
    together, more = ("together", level), ("twice", level)
    known.derived.add(together)
    known.add_up(together, types)
    known.add_up(together, [persons, more])
    if extra is None:
        known.derived.add(more)
    else:
        known.printed[more] = extra
