"""The places where the tables of imports use keys: see ``rotation.places``."""

from collections.abc import Mapping
from typing import Any

from libs.shared.imports.parked.facts import payload_context
from libs.shared.imports.receipts.housekeeping import REFUSED_TEXT_DAYS, UNFINISHED_UPLOAD_DAYS
from libs.shared.imports.receipts.refused import refusal_context
from libs.shared.rotation.places import OnRetirement, Place, Ring

_FINAL = "state IN ('completed', 'rejected', 'failed', 'cancelled', 'replaced', 'divided')"


def _refusal(row: Mapping[str, Any], _column: str) -> bytes:
    return refusal_context(row["receipt_id"], row["row_no"])


def _waiting(row: Mapping[str, Any], _column: str) -> bytes:
    return payload_context(row["id"])


IMPORT_PLACES = (
    Place(
        Ring.LOOKUP,
        "parked_row",
        {"id": "uuid"},
        on_retirement=OnRetirement.AWAITED,
        until="until",
        why="rows that wait for their pupil",
    ),
    Place(
        Ring.DATA,
        "parked_row",
        {"id": "uuid"},
        columns=("sealed",),
        on_retirement=OnRetirement.RESEALED,
        sealed=True,
        until="until",
        why="rows that wait for a person's decision",
        context=_waiting,
    ),
    Place(
        Ring.DATA,
        "import_receipt",
        {"id": "uuid"},
        on_retirement=OnRetirement.AWAITED,
        within=f"NOT {_FINAL}",
        until=f"CASE WHEN state = 'receiving' THEN created_at + interval '{UNFINISHED_UPLOAD_DAYS} days'"
        " ELSE held_until END",
        why="files that are being sent or worked off",
    ),
    Place(
        Ring.DATA,
        "import_receipt",
        {"id": "uuid"},
        on_retirement=OnRetirement.CLEARED,
        within=_FINAL,
        clear="key_id = NULL, fingerprint = NULL, idempotency_key = 'retired/' || id",
        why="digests of files and of their idempotency keys, by which a file that is sent again is known",
    ),
    Place(
        Ring.LOOKUP,
        "import_receipt",
        {"id": "uuid"},
        columns=("lookup_key_id",),
        on_retirement=OnRetirement.AWAITED,
        why="files whose rows are staged by it",
    ),
    Place(
        Ring.DATA,
        "import_chunk",
        {"receipt_id": "uuid", "seq": "integer"},
        columns=("sealed",),
        on_retirement=OnRetirement.AWAITED,
        sealed=True,
        why="files that are being sent or worked off",
    ),
    Place(
        Ring.DATA,
        "import_refusal",
        {"receipt_id": "uuid", "row_no": "integer"},
        columns=("sealed",),
        on_retirement=OnRetirement.RESEALED,
        sealed=True,
        until=f"created_at + interval '{REFUSED_TEXT_DAYS} days'",
        why="texts of refused rows",
        context=_refusal,
    ),
)
