"""Every column that may hold a key's id or a sealed value is declared, so that a rotation reaches it."""

import importlib

import pytest
from sqlalchemy import LargeBinary, MetaData
from sqlalchemy.dialects.postgresql import ARRAY

from libs.shared.files.kinds.declared import KINDS
from libs.shared.imports.staging.tables import rows_of, table_of, value_columns
from libs.shared.imports.staging.tables import texts as staged_texts
from libs.shared.privacy.texts import Register, TextClass
from libs.shared.rotation.places import EVENT_PLACES, OnRetirement, Place
from services.absence_ingest.all_tables import METADATA as OF_ABSENCE_INGEST
from services.absence_ingest.keys import PLACES as ABSENCE_INGEST
from services.evaluation_export.all_tables import METADATA as EVALUATION_EXPORT
from services.intervention_catalog.all_tables import METADATA as INTERVENTION_CATALOG
from services.registration.all_tables import METADATA as OF_REGISTRATION
from services.registration.keys import PLACES as REGISTRATION

SERVICES: dict[str, tuple[MetaData, tuple[Place, ...]]] = {
    "registration": (OF_REGISTRATION, REGISTRATION),
    "absence_ingest": (OF_ABSENCE_INGEST, ABSENCE_INGEST),
    "evaluation_export": (EVALUATION_EXPORT, ()),
    "intervention_catalog": (INTERVENTION_CATALOG, ()),
}
NO_KEY = {
    "parked_row.fact": "a digest without a key, of a lookup key and codes and dates",
    **{
        f"{rows_or_table}.sealed": "of rows that are staged again from their chunks if they cannot be opened"
        for kind in KINDS
        for rows_or_table in (table_of(kind), rows_of(kind))
        if "sealed" in value_columns(kind)
    },
    "retired_key.key_id": "the ids of the keys that were retired",
    "outbox.headers": "attributes of events",
    "dead_letter.key": "the key of a record",
    "dead_letter.header_names": "attributes of events",
    "dead_letter.header_values": "attributes of events",
    "idempotency_key.id": "a digest without a key",
    "idempotency_key.fingerprint": "a digest by the caller's own key, which is not stored",
    "bundle_chunk.content": "anonymous tables",
    "release.key_check": "the key of the releases is never replaced",
    "released_group.members": "the key of the releases is never replaced",
    "released_group.fingerprints": "the key of the releases is never replaced",
}
BESIDE_ITS_ID = {
    "import_receipt.idempotency_key": "import_receipt.key_id",
    "import_receipt.fingerprint": "import_receipt.key_id",
    "import_chunk.fingerprint": "import_receipt.key_id",
    "import_chunk.named": "import_receipt.lookup_key_id",
    "parked_row.key_value": "parked_row.key_id",
    "pupil_key.value": "pupil_key.key_id",
    "lookup_key.value": "lookup_key.key_id",
    "key_claim.value": "key_claim.key_id",
    "person.value": "person.key_id",
    **{
        name: "import_receipt.lookup_key_id"
        for kind in KINDS
        for name, held in staged_texts(kind).items()
        if held.text_class is TextClass.KEYED
    },
}
"""Keyed digests, each with the column that says by which key, which is declared."""


@pytest.mark.parametrize("service", SERVICES)
def test_every_digest_and_sealed_text_of_the_register_of_texts_goes_with_its_key(service: str) -> None:
    """``*`` columns hold callers, keyed by the request ring, which an operator rotates manually."""
    _, places = SERVICES[service]
    declared = {f"{place.table}.{column}" for place in places for column in place.columns}
    texts: Register = importlib.import_module(f"services.{service}.texts").TEXTS
    keyed = {name for name, text in texts.items() if text.text_class in {TextClass.KEYED, TextClass.SEALED}}
    for name in keyed - NO_KEY.keys() - {name for name in keyed if name.startswith("*")}:
        assert BESIDE_ITS_ID.get(name, name) in declared, name


@pytest.mark.parametrize("service", SERVICES)
def test_no_column_that_may_hold_a_key_is_forgotten(service: str) -> None:
    metadata, places = SERVICES[service]
    declared = {f"{place.table}.{column}" for place in places for column in place.columns}
    declared |= {f"{place.table}.value" for place in EVENT_PLACES}
    found = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.endswith("key_id")
        or isinstance(column.type, LargeBinary)
        or (isinstance(column.type, ARRAY) and isinstance(column.type.item_type, LargeBinary))
    }
    assert found - declared - NO_KEY.keys() == set(), "declare it in the service's keys.py, or say why it holds no key"
    assert declared - {f"{place.table}.value" for place in EVENT_PLACES} <= found


@pytest.mark.parametrize("service", SERVICES)
def test_a_place_is_declared_by_the_tables_own_primary_key(service: str) -> None:
    metadata, places = SERVICES[service]
    for place in places:
        assert list(place.key) == [column.name for column in metadata.tables[place.table].primary_key.columns]
        assert (place.context is not None) == (place.on_retirement is OnRetirement.RESEALED)
        assert bool(place.clear) == (place.on_retirement is OnRetirement.CLEARED)
