"""Published records, and which record of an item is valid on a day. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.kinds.kinds import KINDS
from services.intervention_catalog.ownership import Owner
from services.intervention_catalog.publications.errors import EndsBeforeStart, OverlappingPeriods
from services.intervention_catalog.publications.reasons import WithdrawalReason


class Origin(StrEnum):
    """The origin of a record: the packaged content, or a draft."""

    PACKAGED = "packaged"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Publication:
    """One record, valid from ``valid_from`` (inclusive) to ``valid_to`` (exclusive, None: open-ended).

    ``version`` rises by one with every record of the item. Records with the same ``valid_from`` concern the same
    period, and the newest of them applies. A withdrawal is such a record: the same content with an earlier end and a
    reason. A period that ends on its first day was never in force.
    """

    kind: Kind
    item_id: str
    version: int
    valid_from: date
    valid_to: date | None
    withdrawn: bool
    reason: WithdrawalReason | None
    content: dict[str, Any]
    origin: Origin
    published_by: str | None
    published_at: datetime
    institution_numbers: frozenset[str] | None = None
    hidden: bool = False
    """Whether the content may no longer be shown; ``content`` is then empty."""

    @property
    def municipality_code(self) -> str | None:
        """The municipality that owns the item; None if no municipality does."""
        code = self.content.get("municipality", {}).get("code")
        return str(code) if code else None

    @property
    def owner(self) -> Owner:
        """The owner of the item."""
        return Owner(self.municipality_code, self.institution_numbers)

    def is_in_force(self, on: date) -> bool:
        """Whether the day is in the period of the record."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True)
class New:
    """A record to be published; ``content`` is complete, with the rules' numbers in its texts.

    ``institution_numbers`` are the institutions whose people wrote a new item; an existing item keeps its first author.
    """

    kind: Kind
    item_id: str
    valid_from: date
    valid_to: date | None
    content: dict[str, Any]
    origin: Origin
    by: str | None = None
    institution_numbers: frozenset[str] | None = None


def newest_by_period(publications: Iterable[Publication]) -> list[Publication]:
    """The newest record of each period, the earliest period first."""
    newest: dict[date, Publication] = {}
    for each in sorted(publications, key=lambda one: one.version):
        newest[each.valid_from] = each
    return [newest[day] for day in sorted(newest)]


def in_force(publications: Iterable[Publication], on: date) -> Publication | None:
    """The record that applies on the day."""
    return next((each for each in newest_by_period(publications) if each.is_in_force(on)), None)


def shown(publications: Sequence[Publication], on: date) -> Publication:
    """The record shown to a reader who asks for the item: the one in force, or the newest if none is."""
    return in_force(publications, on) or max(publications, key=lambda each: each.version)


def without_hidden(publications: Sequence[Publication]) -> list[Publication]:
    """All records of one item, without content that a withdrawal has hidden."""
    withdrawn = max((each.version for each in publications if each.withdrawn), default=0)
    return [shown_after(each, withdrawn) for each in publications]


def shown_after(record: Publication, withdrawn: int) -> Publication:
    """The record as it may be shown if version ``withdrawn`` is the last withdrawal of the item (0: never withdrawn).

    For kinds that are hidden when withdrawn, records up to the withdrawal lose their content; later ones are shown.
    """
    if record.version <= withdrawn and KINDS[record.kind].hidden_when_withdrawn:
        return replace(record, content={}, hidden=True)
    return record


def require_fits(publications: Iterable[Publication], new: New) -> None:
    """Check that no day belongs to two periods of the item.

    Raises ``EndsBeforeStart`` and ``OverlappingPeriods``.
    """
    if new.valid_to is not None and new.valid_to <= new.valid_from:
        raise EndsBeforeStart(pointer="/valid_to")
    for each in newest_by_period(publications):
        if each.valid_from != new.valid_from and _overlap(each, new):
            raise OverlappingPeriods(pointer="/valid_from", version=each.version, start=each.valid_from)


def ending_after(publications: Iterable[Publication], day: date) -> list[Publication]:
    """The records whose period a withdrawal from the day shortens."""
    return [
        each
        for each in newest_by_period(publications)
        if (each.valid_to is None or each.valid_to > day) and not _is_empty(each.valid_from, each.valid_to)
    ]


def withdrawn_by(publications: Sequence[Publication], day: date) -> list[tuple[Publication, date]]:
    """The records that a withdrawal from the day replaces, each with its new end; empty if there is nothing to
    withdraw.

    An item whose periods have ended can still be withdrawn if that hides it: its latest period then keeps its end.
    """
    ending = [(each, max(each.valid_from, day)) for each in ending_after(publications, day)]
    latest = newest_by_period(publications)[-1]
    if ending or latest.withdrawn or not KINDS[latest.kind].hidden_when_withdrawn:
        return ending
    return [(latest, latest.valid_to or day)]


def _overlap(one: Publication, other: New) -> bool:
    if _is_empty(one.valid_from, one.valid_to):
        return False
    starts_before_end = one.valid_to is None or other.valid_from < one.valid_to
    return starts_before_end and (other.valid_to is None or one.valid_from < other.valid_to)


def _is_empty(valid_from: date, valid_to: date | None) -> bool:
    return valid_to is not None and valid_to <= valid_from
