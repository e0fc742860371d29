"""Identities in a file of pupils are sealed or keyed while its rows are staged, and opened only for the handler."""

import base64
from typing import Any

import asyncpg

from libs.shared.db.database import WriteSession
from libs.shared.files.kinds.pupils import PUPILS
from libs.shared.imports.batch import Batch, Judged
from libs.shared.imports.handlers import Kinds
from tests.integration.services.registration.service import MIGRATIONS, Registration
from tests.realparts.databases import MakeDatabase

WHO = ("6101120008", "kana0001", "L-KANARIE-7", "Kanarie Prøvesen")
HEADER = "cpr_number;uni_login;local_id;name;institution_number;school_year;class_name;valid_from"


class Watched:
    """A handler for pupils that fails after it has got its rows, so that they stay staged."""

    def __init__(self) -> None:
        self.given: list[tuple[Any, ...]] = []

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Lock nothing."""

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[None]:
        self.given += batch.records("cpr_number", "uni_login", "local_id", "name")
        raise RuntimeError

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[None]) -> None:
        """Write nothing."""


async def test_a_staged_pupil_is_in_no_table_in_the_clear(make_database: MakeDatabase) -> None:
    own = await make_database(MIGRATIONS)
    registration = Registration.on(own.db)
    handler = Watched()
    registration.kinds = lambda: Kinds([(PUPILS, handler)])  # type: ignore[method-assign]
    rows = "".join(f"{';'.join(WHO)};101001;2022/2023;{grade}A;2022-08-01\n" for grade in range(3))
    await registration.queue("pupils", f"{HEADER}\n{rows}")
    worker = registration.worker()
    while await worker.work_once():
        pass
    assert handler.given[:3] == [WHO] * 3
    connection = await asyncpg.connect(own.admin_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM staged_pupils") == 3
        names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = [await connection.fetch(f'SELECT t::text FROM "{name[0]}" t') for name in names]
    finally:
        await connection.close()
    everything = "\n".join(row[0] for table in found for row in table)
    for value in WHO:
        for form in (value, value.encode().hex(), base64.b64encode(value.encode()).decode()):
            assert form not in everything
    assert "101001" in everything  # the search finds a value that identifies nobody
