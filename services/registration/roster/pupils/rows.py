"""The rows of a batch with their classes, or the refusals of rows whose school, class or dates are wrong."""

from dataclasses import dataclass

from libs.shared.db.database import ReadSession
from libs.shared.files.kinds.pupils import year_end
from libs.shared.files.kinds.vocabulary import UNKNOWN
from libs.shared.imports.batch import Batch, Refusal
from services.registration.roster.classes import queries as classes
from services.registration.roster.pupils.domain import Identity
from services.registration.roster.pupils.memberships import Interval
from services.registration.roster.schools import queries as schools


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row whose class is known: its identity and its membership."""

    identity: Identity
    interval: Interval


async def read_rows(session: ReadSession, batch: Batch) -> tuple[dict[int, ReadRow], list[Refusal]]:
    """Rows by index in the batch, in order, and the refusals of the others."""
    code = batch.municipality_code
    keys = list(batch.records("institution_number", "school_year", "class_name"))
    school_ids = await schools.ids(session, code, batch.columns["institution_number"])
    class_ids = await classes.ids(session, code, keys)
    rows: dict[int, ReadRow] = {}
    refused: list[Refusal] = []
    given = batch.records("cpr_number", "uni_login", "local_id", "name", "valid_from", "valid_to")
    for index, (key, (cpr_number, uni_login, local_id, name, start, end)) in enumerate(zip(keys, given, strict=True)):
        if key[0] not in school_ids:
            refused.append(Refusal(index, UNKNOWN, "institution_number"))
        elif key not in class_ids:
            refused.append(Refusal(index, "class.unknown", "class_name"))
        else:
            identity = Identity(cpr_number, uni_login, local_id, name)
            rows[index] = ReadRow(identity, Interval(start, end or year_end(start), class_ids[key]))
    return rows, refused
