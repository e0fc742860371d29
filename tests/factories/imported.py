"""A kind of file for tests: absence in small, with a handler over a table of its own."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from sqlalchemy import text

from libs.shared.contracts.state import InstitutionNumber
from libs.shared.db import tenancy
from libs.shared.db.database import WriteSession, raw
from libs.shared.db.tenancy import Operations
from libs.shared.imports.batch import Batch, BatchResult, Refusal
from libs.shared.imports.columns import Column, Key
from libs.shared.imports.errors import ErrorText
from libs.shared.imports.kinds import ImportRow, Kind

Category = Literal["illness", "authorised", "unauthorised"]


class DayRow(ImportRow):
    """One day of absence."""

    pupil: Annotated[Key, Column("Elev", "Pupil", "6101120008", identifier=True)]
    date: Annotated[date, Column("Dato", "Date", "2022-09-30", past=True)]
    category: Annotated[Category, Column("Fraværsart", "Category", "illness", code="category.unknown")]
    days: Annotated[Decimal, Column("Dage", "Days", "0,5")]
    institution_number: Annotated[
        InstitutionNumber | None, Column("Institution", "Institution", "101001", code="institution_number.invalid")
    ] = None
    note: Annotated[str | None, Column("Note", "Note", "", max_length=20)] = None


DAYS = Kind(
    name="days",
    model=DayRow,
    natural_key=("pupil", "date", "category"),
    title_da="Fraværsdage",
    title_en="Days of absence",
    park_by="pupil",
    errors=(
        ErrorText("category.unknown", "Ukendt fraværsart. Brug en af: {allowed}.", "Unknown category. Use: {allowed}."),
        ErrorText("institution_number.invalid", "Seks cifre, som {example}.", "Six digits, as {example}."),
        ErrorText("days.invalid", "Dage er 0, 0,5 eller 1. Ret tallet.", "Days are 0, 0.5 or 1. Correct the number."),
    ),
)


def make_tables(op: Operations) -> None:
    """What the handler writes to: known pupils by lookup key, and their days."""
    op.execute(
        "CREATE TABLE known_pupil (municipality_code text NOT NULL, key_value text NOT NULL, key_id text NOT NULL, "
        "PRIMARY KEY (municipality_code, key_value))"
    )
    op.execute(
        "CREATE TABLE day (municipality_code text NOT NULL, pupil text NOT NULL, date date NOT NULL, "
        "category text NOT NULL, days numeric NOT NULL, PRIMARY KEY (municipality_code, pupil, date, category))"
    )
    for table in ("known_pupil", "day"):
        tenancy.enable(op, table)


async def apply_days(session: WriteSession, batch: Batch) -> BatchResult:
    """Refuse odd numbers of days, park unknown pupils, upsert the rest by set."""
    keys: Sequence[Key] = batch.columns["pupil"]
    found = await session.execute(text("SELECT key_value FROM known_pupil"))
    known = set(found.scalars())
    odd = [i for i, days in enumerate(batch.columns["days"]) if days not in {Decimal(0), Decimal("0.5"), Decimal(1)}]
    refused = set(odd)
    parked = [i for i, key in enumerate(keys) if key.value not in known and i not in refused]
    rest = batch.subset([i for i, key in enumerate(keys) if key.value in known and i not in refused])
    connection = await raw(session)
    written = await connection.fetch(
        "INSERT INTO day SELECT $1, * FROM unnest($2::text[], $3::date[], $4::text[], $5::numeric[]) "
        "ON CONFLICT (municipality_code, pupil, date, category) DO UPDATE SET days = excluded.days "
        "WHERE day.days <> excluded.days RETURNING 1",
        batch.municipality_code,
        [key.value for key in rest.columns["pupil"]],
        rest.columns["date"],
        rest.columns["category"],
        rest.columns["days"],
    )
    return BatchResult(
        accepted=len(written),
        unchanged=len(rest) - len(written),
        parked=parked,
        refused=[Refusal(i, "days.invalid", "days") for i in odd],
    )


def cpr(number: int) -> str:
    """An invented replacement number (day + 60), another for every ``number`` below 336,000."""
    serial, rest = divmod(number, 336)
    month, day = divmod(rest, 28)
    return f"{61 + day}{month + 1:02}12{serial:04}"


def day_lines(count: int, *, pupils: int = 10) -> list[str]:
    """``count`` good rows with different keys."""
    start = date(2022, 8, 15)
    return [f"{cpr(n % pupils)};{start + timedelta(days=n // pupils)};illness;1" for n in range(count)]


HEADER = "pupil;date;category;days"


def day_file(lines: Sequence[str], *, end: str = "\n") -> bytes:
    """A CSV file of these rows."""
    return (end.join([HEADER, *lines]) + end).encode()
