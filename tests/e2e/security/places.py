"""Reads every place where data of a pupil could be stored, as bytes."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pyarrow.csv
import pyarrow.parquet

from deploy.embedded.keys import EVENT_LOG
from tests.e2e.security.platform import SERVICES, Answer, Running

PIECE = 8 * 1024 * 1024
DATABASES = (*SERVICES, EVENT_LOG)

SHOWN_ON_PURPOSE = (
    "GET registration /v1/schools/{school_id}/gross-list",  # names, to the school and its resource team
    "GET registration /v1/gross-list",  # the same, to the resource team
    "POST registration /v1/pupils/look-ups",  # the local ids that were asked for
    "GET registration /v1/pupils/{pupil_id}/history",  # ids of the source system, to the municipality that sent them
    "POST registration /v1/pupils/{pupil_id}/merge",  # the same
    "GET registration /v1/identity-coverage/pupils",  # names or ids of the source system, of those without a number
    "POST registration /v1/pupils/{pupil_id}/name-disclosures",  # a protected name and the reason, to who asked for it
    "GET registration /v1/name-disclosures/{disclosure_id}",  # the same
    "GET registration /v1/name-disclosures",  # the reasons, to the resource team
    "GET registration /v1/identity-cases",  # both names, to the resource team that decides if they are one child
    "GET registration /v1/imports/{receipt_id}/refused.csv",  # their own rows, to the municipality that sent them
    "GET absence_ingest /v1/imports/{receipt_id}/refused.csv",
    "POST registration /v1/assessments",  # the answers just written, to who wrote them
    "GET registration /v1/assessments/{assessment_id}",
    "PUT registration /v1/assessments/{assessment_id}",
    "GET registration /v1/assessments/{assessment_id}/versions",
    "GET registration /v1/kept-gross-lists/{kept_list_id}",  # the same, as it was
    "POST registration /v1/selections/{selection_id}/reversal",  # the reasons, to who wrote one of them
    "PUT registration /v1/selections/{selection_id}/designated",
    "POST registration /v1/selections",  # the reason just written, to who wrote it
    "GET registration /v1/selections/{selection_id}",
    "POST registration /v1/projects/{project_id}/submit",  # the reason just written, to who wrote it
    "POST registration /v1/projects/{project_id}/approve",
    "POST registration /v1/projects",  # the description, to who wrote it
)
"""Answers that hold identifiers or free text for those who may see them; their refusals are searched as any other."""


PUBLISHED = ("intervention-types", "support-levels", "trial-actions", "recommendations")


async def published_pages(running: Running) -> list[bytes]:
    """The pages of the catalog that need no token: lists, items with their versions, searches, changes."""
    pages: list[bytes] = []
    async with running.visitor() as anybody:

        async def read(path: str, **params: object) -> Any:
            answer = await anybody.ask("GET", "intervention_catalog", path, what="a published page", params=params)
            assert answer.status_code == 200, answer.text
            pages.append(answer.content)
            return answer.json()

        for kind in PUBLISHED:
            for item in (await read(f"/v1/{kind}", page_size=200))["items"]:
                await read(f"/v1/{kind}/{item['id']}/versions")
        await read("/v1/trial-actions/ishoj/versions")  # withdrawn, so not in a list
        await read("/v1/changes")
        for words in ("elev", "skole", "navn"):
            await read("/v1/search", q=words, page_size=50)
    return pages


def files_under(folder: Path) -> Iterator[bytes]:
    """The content of every file; files may disappear while they are read."""
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    while piece := file.read(PIECE):
                        yield piece
        except FileNotFoundError:
            continue


async def dumps(connection: "asyncpg.Connection[asyncpg.Record]") -> list[bytes]:
    """Every row of every table, twice: as text, and in binary form. Needs a superuser."""
    tables = await connection.fetch(
        "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
    )
    made: list[bytes] = []
    for table in tables:
        for form in ("text", "binary"):
            target = io.BytesIO()
            await connection.copy_from_query(f"SELECT * FROM {table['name']}", output=target, format=form)
            made.append(f"\n{table['name']}\n".encode() + target.getvalue())
    return made


async def database_dumps(running: Running) -> dict[str, list[bytes]]:
    """The dump of each database; afterwards the server has written everything to its files."""
    made = {}
    for name in DATABASES:
        connection = await running.deployment.database(name)
        try:
            made[name] = await dumps(connection)
            await connection.execute("CHECKPOINT")
        finally:
            await connection.close()
    return made


async def metrics(running: Running) -> list[bytes]:
    """The metrics of every service."""
    async with running.visitor() as nobody:
        return [(await nobody.ask("GET", service, "/metrics")).content for service in SERVICES]


def said(answers: Iterable[Answer]) -> Iterator[bytes]:
    """Headers and bodies of all answers, except those that show identifiers on purpose."""
    for answer in answers:
        if answer.status >= 400 or answer.what not in SHOWN_ON_PURPOSE:
            head = "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
            yield f"\n{head}".encode() + answer.content


def unpacked(bundle: bytes) -> Iterator[bytes]:
    """The files of a bundle; a Parquet file is also decoded."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            yield f"\n{name}\n".encode() + content
            if name.endswith(".parquet"):
                table = io.BytesIO()
                pyarrow.csv.write_csv(pyarrow.parquet.read_table(io.BytesIO(content)), table)
                yield table.getvalue()
