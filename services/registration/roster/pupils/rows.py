"""The rows of a batch with their classes, or the refusals of rows whose school, class or dates are wrong."""

from dataclasses import dataclass
from datetime import date

from libs.shared.db.database import ReadSession
from libs.shared.imports.batch import Batch, Refusal
from services.registration.roster.classes import queries as classes
from services.registration.roster.pupils.domain import Identity
from services.registration.roster.pupils.kind import ENDS_FIRST, NO_IDENTIFIER, OUTSIDE_YEAR
from services.registration.roster.pupils.memberships import Interval, outside_year, year_end
from services.registration.roster.schools import queries as schools
from services.registration.roster.vocabulary import UNKNOWN


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row whose class is known: who it is about, and the membership it gives."""

    identity: Identity
    interval: Interval


async def read_rows(session: ReadSession, batch: Batch) -> tuple[dict[int, ReadRow], list[Refusal]]:
    """Rows by index in the batch, in order, and the refusals of those that cannot be rows of this municipality."""
    code = batch.municipality_code
    keys = list(batch.records("institution_number", "school_year", "class_name"))
    school_ids = await schools.ids(session, code, batch.columns["institution_number"])
    class_ids = await classes.ids(session, code, keys)
    rows: dict[int, ReadRow] = {}
    refused: list[Refusal] = []
    given = batch.records("cpr_number", "uni_login", "local_id", "name", "valid_from", "valid_to")
    for index, (key, (cpr_number, uni_login, local_id, name, start, end)) in enumerate(zip(keys, given, strict=True)):
        identity = Identity(cpr_number, uni_login, local_id, name)
        if not identity.identifiers:
            refused.append(Refusal(index, NO_IDENTIFIER))
        elif key[0] not in school_ids:
            refused.append(Refusal(index, UNKNOWN, "institution_number"))
        elif key not in class_ids:
            refused.append(Refusal(index, "class.unknown", "class_name"))
        elif (refusal := _dates(index, key[1], start, end or year_end(start))) is not None:
            refused.append(refusal)
        else:
            rows[index] = ReadRow(identity, Interval(start, end or year_end(start), class_ids[key]))
    return rows, refused


def _dates(index: int, school_year: str, start: date, end: date) -> Refusal | None:
    """What is wrong with a period, by row index."""
    if end < start:
        return Refusal(index, ENDS_FIRST, "valid_to")
    column = outside_year(school_year, start, end)
    return Refusal(index, OUTSIDE_YEAR, column) if column else None
