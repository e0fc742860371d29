"""A slow reference of absence, written from the guides and the design: one row, one fact at a time, no database."""

import copy
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from libs.shared.privacy.identifiers import IdentifierKind
from tests.contract.imports.absence_records import Fact, Known, Receipt, Waiting
from tests.contract.imports.absence_steps import (
    CalendarComes,
    Event,
    File,
    How,
    Months,
    Passes,
    PupilComes,
    PupilGoes,
    Row,
    school_year,
)

START = datetime(2023, 9, 1, tzinfo=UTC)
SCHOOLS = ("north", "south")
PLACED_WITHIN = timedelta(days=1)
KNOWN_WITHIN = timedelta(days=90)


WaitingKey = tuple[IdentifierKind, str, date, str]


@dataclass
class Reference:
    """A municipality's absence."""

    now: datetime = START
    pupils: dict[str, Known] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    calendars: dict[tuple[str, int], tuple[int, frozenset[date]]] = field(default_factory=dict)
    facts: dict[tuple[str, date, str], Fact] = field(default_factory=dict)
    waiting: dict[WaitingKey, Waiting] = field(default_factory=dict)
    receipts: list[Receipt] = field(default_factory=list)
    reported: dict[tuple[str, str], bool] = field(default_factory=dict)

    # --- events -------------------------------------------------------------------------------------------------

    def take(self, event: Event) -> None:
        """Take an event, and judge the waiting rows again."""
        if isinstance(event, PupilComes):
            known = self.pupils.get(event.name)
            if event.name not in self.gone and (known is None or known.version < event.version):
                self.pupils[event.name] = Known(event.version, frozenset(event.keys), event.stays)
        elif isinstance(event, PupilGoes):
            self.pupils.pop(event.name, None)
            self.gone.add(event.name)
        elif isinstance(event, CalendarComes):
            version, _ = self.calendars.get((event.school, event.year), (0, frozenset()))
            if version < event.version:
                self.calendars[event.school, event.year] = (event.version, event.days)
        self._judge_waiting()

    def passes(self, step: Passes) -> None:
        """Move the clock, and refuse rows that have waited too long."""
        self.now += timedelta(days=step.days)
        self._judge_waiting()
        for key, waiting in list(self.waiting.items()):
            if waiting.unplaced is None and waiting.since + KNOWN_WITHIN <= self.now:
                self._refuse_later(key, "row.parked_too_long")
            elif waiting.unplaced is not None and waiting.since + PLACED_WITHIN <= self.now:
                self._refuse_later(key, waiting.unplaced)

    # --- files --------------------------------------------------------------------------------------------------

    def queue(self, file: File) -> Receipt:
        """Move the clock by a minute and receive a file."""
        self.now += timedelta(minutes=1)
        receipt = Receipt(self.now, file.by, rows=len(file.rows))
        self.receipts.append(receipt)
        return receipt

    def work(self, file: File, receipt: Receipt) -> None:
        """Process the file as a whole, without cuts."""
        if file.how is How.ROWS:
            self._apply(file, receipt)
            return
        trial = copy.deepcopy(self)
        judged = trial.receipts[self.receipts.index(receipt)]
        trial._apply(file, judged)
        fits = not judged.parked and not judged.refused
        if file.how is How.WHOLE and fits:
            self._apply(file, receipt)
            return
        receipt.rejected = file.how is How.WHOLE
        receipt.accepted, receipt.unchanged, receipt.parked = judged.accepted, judged.unchanged, judged.parked
        receipt.refused = judged.refused

    def _apply(self, file: File, receipt: Receipt) -> None:
        seen: set[tuple[str, date, str]] = set()
        rows = []
        for number, row in enumerate(file.rows, start=1):
            key = (row.who, row.day, row.category)
            if row.halves > 2:
                receipt.refused[number] = "absence.over_one_day"
            elif key in seen:
                receipt.refused[number] = "row.duplicate"
            else:
                rows.append((number, row))
                seen.add(key)
        for number, outcome in self._judge(rows, file.by, receipt.queued).items():
            row = file.rows[number - 1]
            if outcome == "accepted":
                receipt.accepted += 1
            elif outcome in {"unchanged", "overtaken"}:
                receipt.unchanged += 1
            elif outcome.startswith("waits"):
                receipt.parked += 1
                self._park(row, number, receipt, outcome)
            else:
                receipt.refused[number] = outcome

    def _park(self, row: Row, number: int, receipt: Receipt, outcome: str) -> None:
        unplaced = outcome.removeprefix("waits").strip() or None
        key = (receipt.by, row.who, row.day, row.category)
        self.waiting[key] = Waiting(row, number, receipt, self.now, unplaced)

    def _judge(self, rows: Iterable[tuple[int, Row]], by: IdentifierKind, as_of: datetime) -> dict[int, str]:
        """Store the rows that fit; returns "accepted", "unchanged", "overtaken", "waits …" or the code of a refusal by
        row number.
        """
        outcomes: dict[int, str] = {}
        groups: dict[tuple[str, date], list[tuple[int, Row]]] = {}
        seen: set[tuple[str, date, str]] = set()
        for number, row in sorted(rows):
            name = self.named(by, row.who)
            if name is None:
                outcomes[number] = "waits"
            elif (name, row.day, row.category) in seen:
                outcomes[number] = "row.duplicate"
            else:
                seen.add((name, row.day, row.category))
                groups.setdefault((name, row.day), []).append((number, row))
        for (name, day), group in groups.items():
            lowering_first = sorted(group, key=lambda each: (each[1].halves >= self.stored(name, each[1]), each[0]))
            for number, row in lowering_first:
                outcomes[number] = self._judge_row(name, day, row, as_of)
        return outcomes

    def _judge_row(self, name: str, day: date, row: Row, as_of: datetime) -> str:
        fact = self.facts.get((name, day, row.category))
        if fact is not None and fact.as_of > as_of:
            return "overtaken"
        reason = self.unplaced(name, day)
        if row.halves and reason == "absence.not_a_school_day":
            return reason
        if row.halves and reason is not None:
            return f"waits {reason}"
        stored = self.stored(name, row)
        if sum(f.halves for (n, d, _), f in self.facts.items() if (n, d) == (name, day)) - stored + row.halves > 2:
            return "absence.over_one_day"
        self.facts[name, day, row.category] = Fact(row.halves, as_of)
        return "unchanged" if row.halves == stored else "accepted"

    def report(self, file: Months) -> Receipt:
        """Process a file of reported months."""
        self.now += timedelta(minutes=1)
        receipt = Receipt(self.now, IdentifierKind.CPR_NUMBER, rows=len(file.rows))
        self.receipts.append(receipt)
        seen: set[tuple[str, str]] = set()
        for number, row in enumerate(file.rows, start=1):
            place = (row.school, row.month)
            if place in seen:
                receipt.refused[number] = "row.duplicate"
            elif row.school not in SCHOOLS:
                receipt.refused[number] = "institution_number.unknown"
            elif self.reported.get(place, False) == row.reported:
                receipt.unchanged += 1
            else:
                self.reported[place] = row.reported
                receipt.accepted += 1
            seen.add(place)
        return receipt

    # --- rows that wait -----------------------------------------------------------------------------------------

    def _judge_waiting(self) -> None:
        by_receipt: dict[datetime, list[tuple[WaitingKey, Waiting]]] = {}
        for key, waiting in self.waiting.items():
            by_receipt.setdefault(waiting.as_of, []).append((key, waiting))
        for as_of in sorted(by_receipt):
            group = by_receipt[as_of]
            outcomes = self._judge(((w.number, w.row) for _, w in group), group[0][0][0], as_of)
            for key, waiting in group:
                self._settle(key, waiting, outcomes[waiting.number])

    def _settle(self, key: WaitingKey, waiting: Waiting, outcome: str) -> None:
        if outcome == "waits":
            if waiting.unplaced is not None:  # its pupil is gone
                waiting.unplaced, waiting.since, waiting.of_somebody_gone = None, self.now, True
        elif outcome.startswith("waits"):
            if waiting.unplaced is None:
                waiting.since = self.now
            waiting.unplaced = outcome.removeprefix("waits ")
        elif outcome in {"accepted", "unchanged", "overtaken"}:
            del self.waiting[key]
        else:
            self._refuse_later(key, outcome)

    def _refuse_later(self, key: WaitingKey, code: str) -> None:
        waiting = self.waiting.pop(key)
        waiting.receipt.refused_later[waiting.number] = code

    # --- the state ----------------------------------------------------------------------------------------------

    def named(self, by: IdentifierKind, who: str) -> str | None:
        """The pupil whom an identifier names."""
        return next((name for name, known in self.pupils.items() if (by, who) in known.keys), None)

    def stored(self, name: str, row: Row) -> int:
        """The recorded half-days for the pupil, day and category of a row."""
        fact = self.facts.get((name, row.day, row.category))
        return fact.halves if fact else 0

    def unplaced(self, name: str, day: date) -> str | None:
        """The code of the reason why absence on a day does not count; None if it counts."""
        stay = next((stay for stay in self.pupils[name].stays if stay.first <= day < stay.until), None)
        if stay is None:
            return "absence.not_a_member"
        _, days = self.calendars.get((stay.school, school_year(day)), (0, frozenset()))
        if not days:  # an empty calendar means that all its days were withdrawn
            return "absence.no_calendar"
        return None if day in days else "absence.not_a_school_day"

    def months(self) -> dict[tuple[str, str], tuple[int, int, int]]:
        """(pupil, month) → counted half-days (illness, authorised, unauthorised), without empty months."""
        found: dict[tuple[str, str], Counter[str]] = {}
        for (name, day, category), fact in self.facts.items():
            if name in self.pupils and fact.halves and self.unplaced(name, day) is None:
                found.setdefault((name, f"{day:%Y-%m}"), Counter())[category] += fact.halves
        return {key: (c["illness"], c["authorised"], c["unauthorised"]) for key, c in found.items()}

    def at(self, school: str, month: str) -> set[str]:
        """The pupils who are at a school on at least one day of a month."""
        return {
            name
            for name, known in self.pupils.items()
            for stay in known.stays
            if stay.school == school and f"{stay.first:%Y-%m}" <= month <= f"{stay.until - timedelta(days=1):%Y-%m}"
        }

    def set_aside(self) -> dict[tuple[str, date, str], str]:
        """Recorded days that do not count, with the code of the reason."""
        found: dict[tuple[str, date, str], str] = {}
        for (name, day, category), fact in self.facts.items():
            reason = self.unplaced(name, day) if name in self.pupils and fact.halves else None
            if reason is not None:
                found[name, day, category] = reason
        return found

    def matters(self, key: WaitingKey, waiting: Waiting) -> bool:
        """Whether a waiting row must still wait in the service: no newer fact has overtaken it, and its pupil is not
        deleted.
        """
        name = self.named(key[0], key[1])
        if name is None:
            return not waiting.of_somebody_gone
        fact = self.facts.get((name, key[2], key[3]))
        return fact is None or fact.as_of <= waiting.as_of
