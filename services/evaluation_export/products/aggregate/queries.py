"""Reads the rows that the snapshot is made of; the larger statements are files in ``sql``."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text

from libs.shared.db.database import ReadSession
from libs.shared.db.sql_files import sql_file
from libs.shared.values.months import POSTGRES_FORMAT
from services.evaluation_export.panel.periods import Period

_TYPES = text("SELECT letter, intervention_type, name, variants FROM intervention_type ORDER BY letter")


@cache
def _statement(name: str) -> TextClause:
    return text(sql_file("services.evaluation_export.products.aggregate", name))


async def rows(session: ReadSession, name: str, **parameters: Any) -> Sequence[Any]:
    """The rows of the statement in ``sql/<name>.sql``."""
    return (await session.execute(_statement(name), {"month_format": POSTGRES_FORMAT, **parameters})).all()


async def has_participants(session: ReadSession, period: Period) -> bool:
    """Whether an enrolment touches the school year."""
    year = {"year_start": period.first_day, "year_end": period.day_after}
    return bool((await session.execute(_statement("has_participants"), year)).scalar_one())


async def reported_months(session: ReadSession, autumns: Mapping[str, Sequence[str]]) -> list[tuple[str, str, str]]:
    """The school-months that count as reported: (institution number, municipality code, month)."""
    return [tuple(row) for row in await rows(session, "reported", **autumns)]


async def types(session: ReadSession) -> Sequence[Any]:
    """The intervention types by letter, as the catalog published them."""
    return (await session.execute(_TYPES)).all()
