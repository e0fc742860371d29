"""A kind of file for tests: a reduced form of absence, with a handler over a table of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from sqlalchemy import text

from libs.shared.db import tenancy
from libs.shared.db.database import WriteSession, raw
from libs.shared.db.tenancy import Operations
from libs.shared.files.columns import Column, Key
from libs.shared.files.errors import ErrorText
from libs.shared.files.kind import ImportRow, Kind
from libs.shared.imports.batch import Batch, BatchResult, Judged, Refusal, Waiting, WaitingReason
from libs.shared.values.codes import InstitutionNumber
from tests.factories.batches import subset

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
    settles_by=("pupil",),
    slice_rows=40,
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
    """Create the tables of the handler: known pupils by lookup key, and their days."""
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


@dataclass
class DaysHandler:
    """Refuse odd numbers of days, park unknown pupils, upsert the rest in one statement. Tests extend it."""

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        await session.execute(
            text("SELECT 1 FROM known_pupil WHERE key_value = ANY(:values) ORDER BY key_value FOR UPDATE"),
            {"values": [key.value for key in batch.columns["pupil"]]},
        )

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
        keys: Sequence[Key] = batch.columns["pupil"]
        known = set((await session.execute(text("SELECT key_value FROM known_pupil"))).scalars())
        right = {Decimal(0), Decimal("0.5"), Decimal(1)}
        odd = [i for i, days in enumerate(batch.columns["days"]) if days not in right]
        waiting = [i for i, key in enumerate(keys) if key.value not in known and i not in set(odd)]
        out = {*odd, *waiting}
        rest = subset(batch, [i for i in range(len(batch)) if i not in out])
        found = await session.execute(text("SELECT pupil, date, category, days FROM day"))
        stored = {(pupil, date, category): days for pupil, date, category, days in found}
        given = rest.records("pupil", "date", "category", "days")
        changed = sum(stored.get((key.value, date, category)) != days for key, date, category, days in given)
        return Judged(
            BatchResult(
                accepted=changed,
                unchanged=len(rest) - changed,
                waiting=[Waiting(i, WaitingReason.UNKNOWN_PUPIL) for i in waiting],
                refused=[Refusal(i, "days.invalid", "days") for i in odd],
            ),
            rest,
        )

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[Batch]) -> None:
        rest = judged.plan
        connection = await raw(session)
        await connection.execute(
            "INSERT INTO day SELECT $1, * FROM unnest($2::text[], $3::date[], $4::text[], $5::numeric[]) "
            "ON CONFLICT (municipality_code, pupil, date, category) DO UPDATE SET days = excluded.days "
            "WHERE day.days <> excluded.days",
            batch.municipality_code,
            [key.value for key in rest.columns["pupil"]],
            list(rest.columns["date"]),
            list(rest.columns["category"]),
            list(rest.columns["days"]),
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
