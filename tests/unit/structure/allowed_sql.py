"""The folders whose SQL may use tables of another folder, with reasons. A table that is written ends in ``!``."""

from typing import NamedTuple


class Allowed(NamedTuple):
    """The SQL of ``folder`` uses these ``tables`` of ``owner``."""

    folder: str
    owner: str
    tables: frozenset[str]
    why: str


def _allowed(folder: str, owner: str, tables: str, why: str) -> Allowed:
    return Allowed(folder, owner, frozenset(tables.split()), why)


_BY_SET = "a batch is judged in one statement, which joins what it needs"
_OWN = "whether a school is the caller's is a condition of the statement that asks for the rest"
_LIST = "one page of one list, joined and ordered by the database"

_STAGED = "the name of the table in which the rows of a file are staged"
_GIVEN = "an unnest of given values, in which no table is named"

FILLED = {
    "services/absence_ingest/absence/queries/batch_table.py": _STAGED,
    "services/absence_ingest/absence/queries/known_pupils.py": _STAGED,
    "services/absence_ingest/absence/queries/recheck_due.py": _GIVEN,
    "services/absence_ingest/completeness/queries.py": _GIVEN,
    "services/absence_ingest/copies/pupils/queries.py": _GIVEN,
    "services/registration/roster/calendars/queries.py": _GIVEN,
    "services/registration/roster/pupils/queries/following.py": "each table that refers to a pupil, from the metadata",
    "services/registration/roster/pupils/queries/settling.py": _STAGED,
    "services/registration/roster/pupils/queries/snapshots.py": _STAGED,
    "services/registration/screening/indicators/queries.py": f"{_STAGED}, and {_GIVEN}",
}
"""The files whose SQL is filled in where a table is named, and with what: it is never a table of a room, which the test
could not find.
"""

ALLOWED = (
    _allowed(
        "services/absence_ingest/absence",
        "services/absence_ingest/copies/pupils",
        "former_pupil lookup_key membership pupil",
        _BY_SET,
    ),
    _allowed(
        "services/absence_ingest/absence",
        "services/absence_ingest/copies/schools",
        "calendar calendar_day school",
        _BY_SET,
    ),
    _allowed(
        "services/absence_ingest/completeness",
        "libs/shared",
        "import_receipt",
        "a month is counted when the file that changed it is done",
    ),
    _allowed(
        "services/absence_ingest/completeness",
        "services/absence_ingest/absence",
        "pupil_month",
        "a reported month says how many pupil-months it has",
    ),
    _allowed("services/absence_ingest/completeness", "services/absence_ingest/copies/pupils", "membership", _BY_SET),
    _allowed("services/absence_ingest/completeness", "services/absence_ingest/copies/schools", "school", _BY_SET),
    _allowed(
        "services/absence_ingest/copies/pupils",
        "libs/shared",
        "retired_key",
        "a lookup key that was retired is not taken, even if an old event still names it",
    ),
    _allowed(
        "services/evaluation_export/products/aggregate",
        "services/evaluation_export/panel",
        "calendar class_ completeness dosage enrolment intervention_type membership municipality project pupil "
        "pupil_month school selection",
        "a product reads its snapshot of the panel in a few large statements",
    ),
    _allowed(
        "services/intervention_catalog/publications",
        "services/intervention_catalog/changes",
        "catalog_change",
        "the newest change is read under the lock that writes the next",
    ),
    _allowed("services/registration/initiatives/passed_on", "services/registration/roster/schools", "school", _LIST),
    _allowed("services/registration/roster/calendars", "services/registration/roster/schools", "school", _BY_SET),
    _allowed("services/registration/roster/classes", "services/registration/roster/schools", "school", _BY_SET),
    _allowed(
        "services/registration/screening/indicators",
        "services/registration/roster/pupils",
        "pupil_key",
        "a row's pupil is found by its lookup keys in the statement that judges the batch",
    ),
    _allowed("services/registration/roster/members", "services/registration/roster/classes", "class_", _OWN),
    _allowed("services/registration/roster/members", "services/registration/roster/pupils", "membership pupil", _OWN),
    _allowed("services/registration/roster/members", "services/registration/roster/schools", "school", _OWN),
    _allowed(
        "services/registration/roster/coverage",
        "libs/shared",
        "import_receipt import_refusal",
        "rows that were refused for their CPR number are counted with what the roster lacks",
    ),
    _allowed("services/registration/roster/coverage", "services/registration/roster/classes", "class_", _LIST),
    _allowed(
        "services/registration/roster/coverage",
        "services/registration/roster/pupils",
        "identity_case membership pupil",
        _LIST,
    ),
    _allowed("services/registration/roster/coverage", "services/registration/roster/schools", "school", _LIST),
    _allowed("services/registration/roster/names", "services/registration/roster/classes", "class_", _LIST),
    _allowed("services/registration/roster/names", "services/registration/roster/pupils", "membership pupil", _LIST),
    _allowed("services/registration/roster/names", "services/registration/roster/schools", "school", _LIST),
    _allowed("services/registration/roster/overlaps", "services/registration/roster/classes", "class_", _LIST),
    _allowed("services/registration/roster/overlaps", "services/registration/roster/pupils", "membership pupil", _LIST),
    _allowed("services/registration/roster/overlaps", "services/registration/roster/schools", "school", _LIST),
    _allowed("services/registration/roster/contradictions", "services/registration/roster/classes", "class_", _LIST),
    _allowed(
        "services/registration/roster/contradictions",
        "services/registration/roster/pupils",
        "membership pupil_conflict",
        _LIST,
    ),
    _allowed("services/registration/roster/contradictions", "services/registration/roster/schools", "school", _LIST),
    _allowed("services/registration/roster/transfers", "services/registration/roster/classes", "class_", _LIST),
    _allowed(
        "services/registration/roster/transfers",
        "services/registration/roster/pupils",
        "membership membership_limit school_snapshot",
        _LIST,
    ),
    _allowed("services/registration/roster/transfers", "services/registration/roster/schools", "school", _LIST),
    _allowed(
        "services/registration/roster/pupils", "libs/shared", "parked_row retired_key", "cases count the rows that wait"
    ),
    _allowed("services/registration/roster/pupils", "services/registration/roster/classes", "class_", _BY_SET),
    _allowed("services/registration/roster/pupils", "services/registration/roster/schools", "school", _BY_SET),
    _allowed(
        "services/registration/roster/schools", "services/registration/roster/institutions", "institution", _BY_SET
    ),
    _allowed(
        "services/registration/screening/gross_list",
        "services/registration/copies/absence",
        "completeness pupil_month",
        "the gross list gathers all facts of a school's pupils in one statement each",
    ),
    _allowed(
        "services/registration/screening/gross_list", "services/registration/roster/calendars", "calendar_day", _LIST
    ),
    _allowed("services/registration/screening/gross_list", "services/registration/roster/classes", "class_", _LIST),
    _allowed("services/registration/screening/gross_list", "services/registration/roster/pupils", "membership", _LIST),
    _allowed("services/registration/screening/gross_list", "services/registration/roster/schools", "school", _LIST),
    _allowed("services/registration/screening/assessments", "services/registration/roster/schools", "school", _OWN),
    _allowed("services/registration/screening/kept_lists", "services/registration/roster/schools", "school", _OWN),
    _allowed("services/registration/screening/selections", "services/registration/roster/schools", "school", _OWN),
    _allowed("services/registration/courses/enrolments", "services/registration/roster/schools", "school", _OWN),
    _allowed(
        "services/registration/screening/gross_list",
        "services/registration/screening/indicators",
        "indicator",
        "a municipality is judged in one statement, which joins what it needs",
    ),
)
