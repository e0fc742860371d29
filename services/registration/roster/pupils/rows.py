"""The rows of a batch with their classes, or the refusals of rows whose school, class or dates are wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid5

from libs.shared.db.database import ReadSession
from libs.shared.files.kinds.pupils import year_end
from libs.shared.files.kinds.vocabulary import UNKNOWN
from libs.shared.imports.batch import Batch, Refusal
from libs.shared.values.school_years import first_day
from services.registration.roster.classes import queries as classes
from services.registration.roster.classes.queries import ClassKey
from services.registration.roster.pupils.domain import Identity
from services.registration.roster.pupils.memberships import Interval
from services.registration.roster.pupils.stays import Stated
from services.registration.roster.pupils.undated import Undated
from services.registration.roster.schools import queries as schools


class _Class(NamedTuple):
    institution_number: str
    school_year: str
    class_name: str


class _Row(NamedTuple):
    cpr_number: str | None
    uni_login: str | None
    local_id: str | None
    name: str
    valid_from: date | None
    valid_to: date | None
    name_protected: str | None


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row whose class is known: its identity, and its place and time. In a snapshot the time may be without a first
    day: ``interval`` stands for it, and ``dated`` makes it from what is known of the pupil.
    """

    identity: Identity
    stated: Stated
    undated: Undated | None = None

    @property
    def interval(self) -> Interval:
        """Its time in the class."""
        return self.stated.interval

    def dated(self, known: Sequence[Interval], batch: Batch) -> "ReadRow":
        """The row with its first day, by what schools say of the pupil already."""
        if self.undated is None:
            return self
        if batch.snapshot is None:
            raise ValueError("only a snapshot may leave the first day out")
        interval = self.undated.dated(known, batch.snapshot.day, first=bool(batch.first))
        return replace(self, stated=replace(self.stated, interval=interval))


def coming_classes(batch: Batch) -> dict[ClassKey, UUID]:
    """The classes of the same file that are not written yet, so that its pupils can be judged before they are. Their
    ids are for this judgement alone.
    """
    given = batch.before.get("classes")
    if given is None:
        return {}
    keys = zip(*(given[name] for name in ("institution_number", "school_year", "name")), strict=True)
    return {key: uuid5(batch.receipt_id, "/".join(key)) for key in keys}


async def read_rows(session: ReadSession, batch: Batch) -> tuple[dict[int, ReadRow], list[Refusal]]:
    """Rows by index in the batch, in order, and the refusals of the others."""
    code = batch.municipality_code
    keys = list(batch.rows(_Class))
    school_ids = await schools.ids(session, code, batch.columns["institution_number"])
    class_ids = await classes.ids(session, code, keys)
    class_ids |= {key: class_id for key, class_id in coming_classes(batch).items() if key not in class_ids}
    rows: dict[int, ReadRow] = {}
    refused: list[Refusal] = []
    for index, (key, row) in enumerate(zip(keys, batch.rows(_Row), strict=True)):
        if key.institution_number not in school_ids:
            refused.append(Refusal(index, UNKNOWN, "institution_number"))
        elif key not in class_ids:
            refused.append(Refusal(index, "class.unknown", "class_name"))
        else:
            protected = None if row.name_protected is None else row.name_protected == "true"
            identity = Identity(row.cpr_number, row.uni_login, row.local_id, row.name, protected)
            undated = Undated(class_ids[key], key.school_year, row.valid_to) if row.valid_from is None else None
            valid_from = row.valid_from or first_day(key.school_year)
            interval = Interval(valid_from, row.valid_to or year_end(valid_from), class_ids[key])
            rows[index] = ReadRow(identity, Stated(key.institution_number, key.school_year, interval), undated)
    return rows, refused
