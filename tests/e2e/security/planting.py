"""Plants one person in each place: the search must find each, which proves that it searches that place."""

import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.port import Outgoing
from tests.e2e.security.canaries import Canary
from tests.e2e.security.places import DATABASES
from tests.e2e.security.platform import Answer, Running
from tests.realparts.eventlogs import append

TOPIC = "registration.municipality"


async def plant_in_databases(running: Running, people: dict[str, Canary]) -> None:
    """Add a table with one row to each database."""
    for name in DATABASES:
        connection = await running.deployment.database(name)
        try:
            await connection.execute("CREATE TABLE public.planted (value text)")
            await connection.execute("INSERT INTO public.planted VALUES ($1)", people[name].cpr_number)
        finally:
            await connection.close()


async def plant_in_server_log(running: Running, person: Canary) -> None:
    """Make the database server write a message to its own log."""
    connection = await running.deployment.database("registration")
    try:
        await connection.execute(f"DO $$ BEGIN RAISE LOG 'careless {person.name}'; END $$")
    finally:
        await connection.close()


async def plant_on_event_log(address: str, person: Canary) -> None:
    """Append a record with a local id in its value. It is not a valid event, so it must be the last step."""
    log = open_event_log(address, client_id="planting")
    try:
        await append(log, [Outgoing(TOPIC, "planted", f'{{"local_id": "{person.local_id}"}}'.encode())])
    finally:
        await log.close()


def plant_in_service_log(home: Path, person: Canary) -> None:
    """Write a log line as a careless service would."""
    with (home / "logs" / "registration.log").open("a", encoding="utf-8") as log:
        log.write(f'{{"event": "careless", "cpr": "{person.hyphenated}"}}\n')


def planted_answer(person: Canary) -> Answer:
    """A refusal that repeats the value it refuses."""
    content = f'{{"detail": "{person.uni_login} is not a number"}}'.encode()
    return Answer("GET registration /v1/careless", 422, {}, content)


def with_planted(bundle: bytes, csv: Canary, parquet: Canary) -> bytes:
    """A copy of the bundle with a person in a CSV file and another in a compressed Parquet file."""
    target = io.BytesIO(bundle)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/planted.csv", f"pupil;count\n{csv.cpr_number};1\n")
        table = io.BytesIO()
        pyarrow.parquet.write_table(pa.table({"pupil": [parquet.cpr_number] * 3}), table, compression="zstd")
        archive.writestr("data/planted.parquet", table.getvalue())
    return target.getvalue()
