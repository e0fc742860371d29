"""Builds the routes and the worker of every service that takes files, in the same way."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

from libs.shared.base.clock import utc_now
from libs.shared.contracts.topics import subscribed
from libs.shared.imports.handlers import Kinds
from libs.shared.imports.http.access import Admission
from libs.shared.imports.http.after import Reaching
from libs.shared.imports.http.api import ImportApi
from libs.shared.imports.http.routes import import_router
from libs.shared.imports.parked import About, Concern, Parking, Patience, Replayer
from libs.shared.imports.receipts.places import Places
from libs.shared.imports.receipts.quota import Quota
from libs.shared.imports.receipts.receive import Receiver
from libs.shared.imports.receipts.source_files import SourceFiles
from libs.shared.imports.worker.cancelling import imports_command
from libs.shared.imports.worker.process import Processor
from libs.shared.imports.worker.snapshots import Holding
from libs.shared.imports.worker.work import ImportWorker
from libs.shared.privacy.keys import Fingerprints, KeyRing, LookupKeys, Vault
from libs.shared.runtime.core import open_core
from libs.shared.runtime.parts import Part
from libs.shared.runtime.service import Core, Service

UNPACKED_FACTOR = 4
"""How much larger than the largest body a compressed one may be when unpacked."""


def import_part(
    core: Core,
    kinds: Kinds,
    data_keys: KeyRing,
    lookup_keys: LookupKeys,
    admission: Admission,
    *,
    concerns: Mapping[About, Sequence[Concern]],
    sources: SourceFiles | None = None,
) -> Part:
    """The routes under ``/v1/imports`` and the worker's loop ``imports``, for the kinds of the service's other parts.

    ``data_keys`` seals chunks, refused rows and parked rows; ``admission`` says whose files are taken, and ``concerns``
    which parked rows a piece of news concerns. ``sources`` remembers the files of sources.
    """
    vault, prints = Vault(data_keys), Fingerprints(data_keys)
    told = core.settings
    receiver = Receiver(
        core.db,
        vault,
        prints,
        clock=utc_now,
        max_bytes=UNPACKED_FACTOR * told.max_body_bytes,
        chunk_bytes=told.import_chunk_bytes,
        chunk_rows=told.import_chunk_rows,
        atomic_rows=told.import_atomic_rows,
        quota=Quota(told.import_queued_bytes, told.import_queued_files),
        places=Places(told.import_bodies, told.import_bodies_each),
        sources=sources,
    )
    patience = Patience(timedelta(hours=core.settings.import_placing_hours))
    parking = Parking(vault, utc_now, patience)
    replayer = Replayer(core.db, kinds, parking, utc_now, concerns)
    holding = Holding(told.import_hold_share, told.import_hold_pupils, told.import_held_days)
    processor = Processor(
        kinds, vault, prints, lookup_keys, utc_now, parking, atomic_rows=told.import_atomic_rows, holding=holding
    )
    worker = ImportWorker(
        core.db, processor, clock=utc_now, chores=[replayer.step], together_bytes=told.import_together_bytes
    )

    reaching = Reaching(core.log, core.name, subscribed(core.name), core.settings.import_after_seconds)
    api = ImportApi(core.db, kinds, receiver, vault, admission, reaching)
    return Part(routers=[import_router(api)], loops={"imports": worker})


def imports_of(service: Service, words: Sequence[str]) -> int:
    """The command ``imports`` of a service that takes files."""

    async def run() -> int:
        async with open_core(service) as core:
            return await imports_command(words, db=core.db, clock=utc_now)

    return asyncio.run(run())
