"""Small populations, pupil by pupil, and their tables by the published rules, made without the product's builder."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.evaluation_export.products.aggregate.snapshot import (
    Course,
    Participation,
    Person,
    Selected,
    Snapshot,
    Type,
    Variant,
)
from tests.unit.services.evaluation_export.disclosure.printing import as_csv, mean, rounded, shown

Halves = tuple[int, int, int]
Cell = tuple[str, ...]
CATALOG = {
    "A": ("co_teaching", ("A1", "A2")),
    "B": ("peer_learning", ("B",)),
    "C": ("small_groups", ("C",)),
    "D": ("intensive_course", ("D1",)),
}
PARTS = {"total": (0, 1, 2), "illness": (0,), "authorised": (1,), "unauthorised": (2,)}
PLACES = ("stated", "enrolled", "identified")
REASONS = ("vulnerable_share", "lost_teaching", "shared_need", "low_wellbeing", "missing_relations")
CODES = ("selected", "pupil", "group", "class", *REASONS, "designated")
NONE: Halves = (0, 0, 0)


@dataclass(frozen=True)
class Pupil:
    """``step``: the last step of the flow that the pupil reaches; 4 is the analysis. A pupil without ``variant`` is not
    a participant.

    ``also``: variants begun later in the year. ``before`` and ``after``: half-days. ``chosen``: how and why selected.
    """

    variant: str | None
    grade: int = 2
    step: int = 4
    before: Halves = NONE
    after: Halves = NONE
    also: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Published:
    """A population and its printed figures; None is a hidden figure."""

    snapshot: Snapshot
    grades: tuple[int, ...]
    counts: dict[Cell, int | None]
    means: dict[Cell, str | None]
    rows_of_courses: dict[tuple[str, str], tuple[int, int, int] | None]

    def hide(self, *cells: Cell) -> "Published":
        """The same with further cells hidden; a group whose number is hidden has no means."""
        counts = {cell: None if cell in cells else value for cell, value in self.counts.items()}
        means = {
            cell: None if cell in cells or counts[*cell[:3], "pupils"] is None else value
            for cell, value in self.means.items()
        }
        gone = {cell[1:3] for cell in cells if cell[0] == "dosage"}
        courses = {place: None if place in gone else row for place, row in self.rows_of_courses.items()}
        return Published(self.snapshot, self.grades, counts, means, courses)

    def show(self, cell: Cell, value: int | str | None) -> "Published":
        """The same with another value for one figure."""
        if cell in self.counts:
            counts = {**self.counts, cell: value}
            return Published(self.snapshot, self.grades, counts, self.means, self.rows_of_courses)  # type: ignore[arg-type]
        return Published(self.snapshot, self.grades, self.counts, {**self.means, cell: value}, self.rows_of_courses)  # type: ignore[dict-item]

    @property
    def files(self) -> dict[str, bytes]:
        """The CSV files."""
        return {
            "data/participants.csv": as_csv(self._participants()),
            "data/absence.csv": as_csv(self._absence()),
            "data/dosage.csv": as_csv(self._dosage()),
            "population_flow.csv": as_csv(self._flow()),
            "course_coverage.csv": as_csv(
                [{"code": code, **shown("places", "", self.counts.get(("coverage", code)))} for code in PLACES]
            ),
            "selections.csv": as_csv(self._selections()),
            "several_types.csv": as_csv(
                [{"school_year": "2022/2023", **shown("pupils", "", self.counts["several_types",])}]
            ),
        }

    def _participants(self) -> list[dict[str, str]]:
        return [
            {
                "school_year": "2022/2023",
                "intervention_type": CATALOG[cell[1]][0],
                "letter": cell[1],
                "variant": cell[2],
                "grade": cell[3],
                **shown("pupils", "", value),
            }
            for cell, value in self.counts.items()
            if cell[0] == "participants"
        ]

    def _selections(self) -> list[dict[str, str]]:
        return [
            {
                "letter": letter,
                "code": code,
                **shown("pupils", "pupils_", self.counts.get(("selections", letter, code))),
                "classes": "",
            }
            for letter in ("all", *sorted({cell[1] for cell in self.counts if cell[0] == "participants"}))
            for code in CODES
        ]

    def _absence(self) -> list[dict[str, str]]:
        return [
            {
                "school_year": "2022/2023",
                "group": cell[1],
                "intervention_type": cell[2],
                "autumn": "before" if cell[3] == "2021" else "after",
                "autumn_year": cell[3],
                "category": cell[4],
                **shown("pupils", "pupils_", self.counts[*cell[:3], "pupils"]),
                **shown("mean_days", "mean_days_", value),
            }
            for cell, value in self.means.items()
        ]

    def _dosage(self) -> list[dict[str, str]]:
        made = []
        for (variant, unit), row in self.rows_of_courses.items():
            figures = dict(zip(("courses", "planned_met", "delivered_met"), row or ("", "", ""), strict=True))
            made.append(
                {
                    "variant": variant,
                    "unit": unit if row else "",
                    **{name: str(value) for name, value in figures.items()},
                }
            )
        return made

    def _flow(self) -> list[dict[str, str]]:
        made = []
        for step in range(5):
            row = {"step": str(step), "code": "", "rule_da": "", "rule_en": ""}
            for way in ("in", "out", "left"):
                cell = ("flow", way, str(step))
                value = self.counts.get(cell)
                row[f"pupils_{way}"] = "" if value is None else str(value)
                row[f"pupils_{way}_missing_reason"] = "suppressed" if value is None and cell in self.counts else ""
            made.append(row)
        return made


def publish(
    pupils: Sequence[Pupil],
    *,
    types: str = "AB",
    grades: tuple[int, ...] = (2, 8),
    courses: int = 0,
    places: bool = False,
) -> Published:
    """The tables by the primary rules only. ``courses``: the number of courses of each variant with participants, whose
    ``places`` are printed if asked for. Numbers of selected pupils are printed if anybody was selected.
    """
    counts: dict[Cell, int | None] = {}
    means: dict[Cell, str | None] = {}
    for letter in types:
        for variant in ("all", *CATALOG[letter][1]):
            for grade in ("all", *map(str, grades)):
                counts["participants", letter, variant, grade] = rounded(
                    sum(
                        one.variant in (CATALOG[letter][1] if variant == "all" else (variant,))
                        and grade in ("all", str(one.grade))
                        for one in pupils
                    )
                )
    taking = [one for one in pupils if one.variant]
    for step in range(5):
        reached = sum(one.step >= step for one in taking)
        counts["flow", "left", str(step)] = rounded(reached)
        if step:
            before = sum(one.step >= step - 1 for one in taking)
            counts["flow", "in", str(step)] = rounded(before)
            counts["flow", "out", str(step)] = rounded(before - reached)
    several = sum(any(other[0] != one.variant[0] for other in one.also) for one in taking if one.variant)
    counts["several_types",] = rounded(several)
    counts |= _selected(taking, types)
    if places:
        counts |= _places(taking, courses)
    groups: list[tuple[str, str, Callable[[Pupil], bool]]] = [("participants", "all", lambda one: bool(one.variant))]
    for letter in types:
        code, its = CATALOG[letter]
        groups.append(("participants", code, lambda one, its=its: one.variant in its))  # type: ignore[misc]
    groups.append(("non_participants", "all", lambda one: one.variant is None))
    for group, code, belongs in groups:
        members = [one for one in pupils if one.step == 4 and belongs(one)]
        counts["absence", group, code, "pupils"] = rounded(len(members))
        for year in ("2021", "2022"):
            for category, parts in PARTS.items():
                halves = [sum((one.before if year == "2021" else one.after)[part] for part in parts) for one in members]
                means["absence", group, code, year, category] = mean(halves)
    variants = [variant for letter in types for variant in CATALOG[letter][1]]
    rows: dict[tuple[str, str], tuple[int, int, int] | None] = {}
    for variant in variants:
        took_part = sum(variant == one.variant or variant in one.also for one in pupils)
        rounded_courses = (courses + 2) // 5 * 5
        rows[variant, "lessons"] = (rounded_courses,) * 3 if took_part >= 5 and courses >= 3 else None
    return Published(_snapshot(pupils, types, courses, places=places), grades, counts, means, rows)


def _selected(taking: Sequence[Pupil], types: str) -> dict[Cell, int | None]:
    if not any(one.chosen for one in taking):
        return {}
    return {
        ("selections", letter, code): rounded(
            sum(code in one.chosen and letter in ("all", str(one.variant)[0]) for one in taking)
        )
        for letter in ("all", *types)
        for code in CODES
    }


def _places(taking: Sequence[Pupil], courses: int) -> dict[Cell, int | None]:
    held = [one.step for one in taking for _ in (one.variant, *one.also)]
    numbered = sum(step >= 1 for step in held)
    found = (len(held), len(held), numbered)
    return {("coverage", code): rounded(courses * many) for code, many in zip(PLACES, found, strict=True)}


def _snapshot(pupils: Iterable[Pupil], types: str, courses: int, *, places: bool) -> Snapshot:
    persons, participations, selected = [], [], []
    in_variant: dict[str, list[int]] = {}
    for number, one in enumerate(pupils):
        persons.append(
            Person(number, one.variant is not None, one.step >= 1, one.step >= 2, one.step >= 4, one.before, one.after)
        )
        kinds = [code for code in one.chosen if code in ("pupil", "group", "class")]
        reasons = tuple(code for code in one.chosen if code in REASONS)
        for kind in kinds:
            its = (0, reasons) if kind == "class" else (None, ())
            selected.append(Selected(number, kind, *its, "designated" in one.chosen))
        for variant in filter(None, (one.variant, *one.also)):
            autumn = one.step >= 3
            day = ("2022-09-01" if variant == one.variant else "2022-10-01") if autumn else "2023-02-01"
            if not autumn and variant != one.variant:
                day = "2023-03-01"
            participations.append(Participation(number, variant, one.grade, day, autumn))
            in_variant.setdefault(variant, []).append(number)
    held = tuple(
        Course(
            variant,
            "lessons",
            Decimal(20),
            20,
            "met",
            "met",
            tuple(members),
            *((len(members), len(members), sum(persons[one].has_cpr_number for one in members)) if places else ()),
        )
        for variant, members in in_variant.items()
        for _ in range(courses)
    )
    catalog = tuple(
        Type(letter, CATALOG[letter][0], letter, letter, tuple(Variant(v, v, v) for v in CATALOG[letter][1]))
        for letter in types
    )
    return Snapshot("2022/2023", catalog, tuple(participations), tuple(persons), held, {}, (), tuple(selected))
