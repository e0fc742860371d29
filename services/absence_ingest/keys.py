"""The places in which this service uses keys."""

from collections.abc import Mapping

from libs.shared.imports.keys import IMPORT_PLACES
from libs.shared.privacy.keys import KeyRing
from libs.shared.rotation.places import Place, Ring, key_of
from libs.shared.rotation.rotating import KeyUse
from services.absence_ingest.copies.pupils.tables import KeyClaim, LookupKey
from services.absence_ingest.settings import AbsenceIngestSettings

PLACES = (
    *IMPORT_PLACES,
    Place(Ring.LOOKUP, *key_of(LookupKey), why="lookup keys of pupils, as registration tells them"),
    Place(Ring.LOOKUP, *key_of(KeyClaim), why="lookup keys that go from one pupil to another"),
)


def rings_of(settings: AbsenceIngestSettings) -> Mapping[Ring, KeyRing]:
    """The key rings of the settings."""
    return {
        Ring.DATA: KeyRing.parse(settings.data_keys.get_secret_value()),
        Ring.LOOKUP: KeyRing.parse(settings.lookup_keys.get_secret_value()),
    }


def key_use_of(rings: Mapping[Ring, KeyRing]) -> KeyUse:
    """The places of these rings."""
    return KeyUse("absence_ingest", rings, PLACES)
