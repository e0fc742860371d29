"""Writes an invented municipality directly to a service's tables, for benchmarks that do not measure its import."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import asyncpg

from benchmarks.municipality import CODE, FIRST_YEAR, INSTITUTION, Municipality
from libs.shared.privacy.identifiers import IdentifierKind
from synthetic.school_days import bounds, name, school_days

Connection: TypeAlias = "asyncpg.Connection[Any]"
"""A superuser's connection: PostgreSQL refuses COPY to a role that row-level security applies to."""


async def make_known(connection: Connection, municipality: Municipality) -> None:
    """Write the rows that ``absence_ingest`` would have from registration's events."""
    first, after = bounds(FIRST_YEAR)
    here, pupils = municipality.school_id, municipality.pupils
    keys = [
        (CODE, "cpr_number", *municipality.keys.value(IdentifierKind.CPR_NUMBER, number, CODE), pupil_id)
        for number, pupil_id in pupils.items()
    ]
    await connection.execute("INSERT INTO municipality VALUES ($1, true, 1) ON CONFLICT DO NOTHING", CODE)
    rows: dict[str, Sequence[tuple[Any, ...]]] = {
        "school": [(here, CODE, INSTITUTION, 1)],
        "calendar": [(here, first, name(FIRST_YEAR), CODE, 1)],
        "calendar_day": [(here, day, first, CODE) for day in school_days(FIRST_YEAR)],
        "pupil": [(pupil_id, CODE, 1) for pupil_id in pupils.values()],
        "lookup_key": keys,
        "membership": [(pupil_id, here, first, after, CODE) for pupil_id in pupils.values()],
    }
    columns = {
        "calendar": ["school_id", "starts", "school_year", "municipality_code", "aggregate_version"],
        "calendar_day": ["school_id", "day", "starts", "municipality_code"],
    }
    for table, records in rows.items():
        await connection.copy_records_to_table(table, records=records, columns=columns.get(table))
