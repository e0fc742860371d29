"""What the columns of imports hold."""

from libs.shared.privacy.texts import Register, code, keyed, own, sealed

TEXTS: Register = {
    "import_receipt.kind": code("a kind of file"),
    "import_receipt.mode": code("of a list"),
    "import_receipt.atomic": code("of a list"),
    "import_receipt.identifier": code("of a list"),
    "import_receipt.media": code("of a list"),
    "import_receipt.charset": code("of a list"),
    "import_receipt.separator": code("one of three signs"),
    "import_receipt.header": code("names of the kind's columns; a file with others is refused before anything is kept"),
    "import_receipt.idempotency_key": keyed("the caller may put anything into the header"),
    "import_receipt.key_id": own("a key's id"),
    "import_receipt.fingerprint": keyed("of the whole file"),
    "import_receipt.state": own("a state"),
    "import_receipt.refused_by_code": own("counts by code"),
    "import_receipt.error": own("a code"),
    "import_receipt.after": code("topics, partitions and offsets"),
    "import_chunk.fingerprint": keyed("of a part of the file"),
    "import_chunk.sealed": sealed("the file, until it is worked off"),
    "import_chunk.row_keys": keyed("64 bits of each row's key, to find duplicates"),
    "import_refusal.code": own("a code"),
    "import_refusal.errors": own("codes, columns and sorts of value, never a value"),
    "import_refusal.sealed": sealed("the row as it was sent, for 30 days"),
    "parked_row.kind": code("a kind of file"),
    "parked_row.key_kind": code("a kind of identifier"),
    "parked_row.key_id": own("a key's id"),
    "parked_row.key_value": keyed("the pupil"),
    "parked_row.payload": code("the row's codes, dates and numbers; a kind with secret columns cannot park"),
    "retired_key.ring": own("the name of a ring"),
    "retired_key.key_id": own("a key's id"),
}
