"""``python -m benchmarks.peers.row_by_row PORT``: a plain FastAPI and SQLModel service that imports absence row by row.

It does what ``absence_ingest`` does with a good file, in one transaction: it reads the CSV, checks each row, finds the
pupil by a keyed hash, compares the day with the pupil's membership and the school's calendar, checks that no day has
more than one whole day of absence, inserts or updates the row, sums up the months and writes an event for each changed
month. It is written with care: one async engine with prepared statements, pupils and school days read once per file,
months and events written in batches at the end. Rows are objects, and each is looked up and stored on its own.

``PEER_DATABASE`` is the database's address, ``PEER_KEY`` the key of identifiers in hexadecimal.
"""

import csv
import hashlib
import hmac
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID, uuid4

import uvicorn
from fastapi import FastAPI, Request
from pydantic import BaseModel
from sqlalchemy import BigInteger, Column, DateTime
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

WHOLE_DAY = Decimal(1)


class Pupil(SQLModel, table=True):
    """A pupil and the period of its membership of a school."""

    id: UUID = Field(primary_key=True)
    identifier: str = Field(unique=True)
    school_id: UUID
    valid_from: date
    valid_to: date


class SchoolDay(SQLModel, table=True):
    """A school day of a school."""

    school_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)


class Absence(SQLModel, table=True):
    """A pupil's absence of one category on one day."""

    pupil_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    category: str = Field(primary_key=True)
    days: Decimal
    as_of: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class Month(SQLModel, table=True):
    """A pupil's absence of one month."""

    pupil_id: UUID = Field(primary_key=True)
    month: date = Field(primary_key=True)
    illness: Decimal = Decimal(0)
    authorised: Decimal = Decimal(0)
    unauthorised: Decimal = Decimal(0)
    version: int = 0


class Event(SQLModel, table=True):
    """A row of the outbox."""

    seq: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    id: UUID
    key: str
    value: str


class Given(BaseModel):
    """One row of the file."""

    pupil: str
    date: date
    category: Literal["illness", "authorised", "unauthorised"]
    days: Decimal = Field(ge=0, le=1)


class Taken(BaseModel):
    """The counts of a file's rows."""

    accepted: int = 0
    unchanged: int = 0
    refused: int = 0


ENGINE = create_async_engine(os.environ["PEER_DATABASE"])
KEY = bytes.fromhex(os.environ["PEER_KEY"])


def keyed(identifier: str) -> str:
    """The keyed hash by which a pupil is stored."""
    return hmac.digest(KEY, identifier.encode(), hashlib.sha256).hex()


@asynccontextmanager
async def _tables(_app: FastAPI) -> AsyncIterator[None]:
    async with ENGINE.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    yield
    await ENGINE.dispose()


app = FastAPI(lifespan=_tables)


@app.get("/health/ready")
async def ready() -> dict[str, str]:
    """Ready as soon as it listens."""
    return {"status": "ready"}


@app.post("/absence")
async def take(request: Request) -> Taken:
    """Import a file; returns its counts."""
    lines = (await request.body()).decode().splitlines()
    taken, now = Taken(), datetime.now(UTC)
    changed: dict[tuple[UUID, date], dict[str, Decimal]] = {}
    async with AsyncSession(ENGINE) as session, session.begin():
        pupils = {pupil.identifier: pupil for pupil in await session.exec(select(Pupil))}
        days = {(each.school_id, each.day) for each in await session.exec(select(SchoolDay))}
        for line in csv.DictReader(lines, delimiter=";"):
            row = Given.model_validate({**line, "days": line["days"].replace(",", ".")})
            pupil = pupils.get(keyed(row.pupil))
            placed = pupil and pupil.valid_from <= row.date < pupil.valid_to and (pupil.school_id, row.date) in days
            if pupil is None or not placed:
                taken.refused += 1
                continue
            stored = (
                await session.exec(select(Absence).where(Absence.pupil_id == pupil.id, Absence.day == row.date))
            ).all()
            before = next((each for each in stored if each.category == row.category), None)
            others = sum((each.days for each in stored if each.category != row.category), Decimal(0))
            if others + row.days > WHOLE_DAY:
                taken.refused += 1
                continue
            was = before.days if before else Decimal(0)
            if was == row.days:
                taken.unchanged += 1
                continue
            if before:
                before.days, before.as_of = row.days, now
            else:
                session.add(Absence(pupil_id=pupil.id, day=row.date, category=row.category, days=row.days, as_of=now))
            month = changed.setdefault((pupil.id, row.date.replace(day=1)), {})
            month[row.category] = month.get(row.category, Decimal(0)) + row.days - was
            taken.accepted += 1
        await _sum_up(session, changed)
    return taken


async def _sum_up(session: AsyncSession, changed: dict[tuple[UUID, date], dict[str, Decimal]]) -> None:
    for (pupil_id, first), differences in changed.items():
        month = await session.get(Month, (pupil_id, first))
        if month is None:
            month = Month(pupil_id=pupil_id, month=first)
            session.add(month)
        for category, difference in differences.items():
            setattr(month, category, getattr(month, category) + difference)
        month.version += 1
        content = month.model_dump(mode="json")
        session.add(Event(id=uuid4(), key=f"{pupil_id}/{first:%Y-%m}", value=json.dumps(content)))


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
