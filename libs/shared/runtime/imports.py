"""The import side of a service that takes files: its routes and its worker, built alike."""

from collections.abc import Callable
from dataclasses import dataclass

from libs.shared.base.clock import utc_now
from libs.shared.imports.access import Admission
from libs.shared.imports.api import ImportApi
from libs.shared.imports.kinds import Kinds
from libs.shared.imports.places import Places
from libs.shared.imports.process import Processor
from libs.shared.imports.quota import Quota
from libs.shared.imports.receive import Receiver
from libs.shared.imports.routes import import_router
from libs.shared.imports.work import ImportWorker
from libs.shared.privacy.keys import Fingerprints, KeyRing, LookupKeys, Vault
from libs.shared.runtime.service import Core, Loop
from libs.shared.web.routing import Router

UNPACKED_FACTOR = 4
"""How much larger than the largest body a compressed one may be when unpacked."""


@dataclass(frozen=True, slots=True)
class ImportParts:
    """The router under ``/v1/imports``, the worker's loop, and what says why it is stuck, for liveness."""

    router: Router
    loop: Loop
    stuck: Callable[[], str | None]


def import_parts(
    core: Core, kinds: Kinds, data_keys: KeyRing, lookup_keys: LookupKeys, admission: Admission
) -> ImportParts:
    """Build the import side. ``data_keys`` seals chunks and refused rows; ``admission`` says whose files are taken."""
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
    )
    worker = ImportWorker(core.db, Processor(kinds, vault, prints, lookup_keys, utc_now), clock=utc_now)

    return ImportParts(import_router(ImportApi(core.db, kinds, receiver, vault, admission)), worker.run, worker.stuck)
