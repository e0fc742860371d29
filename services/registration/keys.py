"""The places in which this service uses keys, and its own part of a rotation."""

from collections.abc import Mapping
from typing import Any

from libs.shared.events.outbox import Outbox
from libs.shared.imports.keys import IMPORT_PLACES
from libs.shared.privacy.keys import BlindIndex, KeyRing, LookupKeys, Vault
from libs.shared.privacy.sealed_texts import SealedTexts, text_context
from libs.shared.rotation.places import OnRetirement, Place, Ring, key_of
from libs.shared.rotation.rotating import KeyUse
from services.registration.courses.tables import Course
from services.registration.metadata import Table
from services.registration.projects.guidance.tables import Guidance
from services.registration.projects.tables import Project, ProjectStep, ProjectVersion
from services.registration.roster.identity.sealing import PupilVault, Sealed, pupil_context
from services.registration.roster.identity.tables import Person
from services.registration.roster.names.tables import NameDisclosure
from services.registration.roster.pupils.rotation import Rotation
from services.registration.roster.pupils.tables import FormerIdentifier, IdentityCase, Pupil, PupilKey
from services.registration.screening.assessments.tables import AssessmentVersion
from services.registration.screening.selections.tables import SelectionRow
from services.registration.settings import RegistrationSettings


def _pupil(row: Mapping[str, Any], column: str) -> bytes:
    return pupil_context(row["pupil_id"], Sealed(column))


def _texts(table: type[Table], *columns: str, why: str) -> Place:
    """Columns of ``SealedTexts`` in a table whose primary key is one id."""
    name, key = key_of(table)
    (row_id,) = key

    def context(row: Mapping[str, Any], column: str) -> bytes:
        return text_context(name, row[row_id], column)

    return Place(
        Ring.DATA,
        name,
        key,
        columns=columns,
        on_retirement=OnRetirement.RESEALED,
        sealed=True,
        why=why,
        context=context,
    )


_OF_PROJECTS = ("submit_reason", "approve_reason", "description", "remarks")

PLACES = (
    *IMPORT_PLACES,
    Place(
        Ring.DATA,
        *key_of(Pupil),
        columns=tuple(Sealed),
        on_retirement=OnRetirement.RESEALED,
        sealed=True,
        why="identifiers and names of pupils",
        context=_pupil,
    ),
    _texts(FormerIdentifier, "value", why="CPR numbers and ids that pupils had before"),
    _texts(IdentityCase, "name", why="names that came with the ids of pupils"),
    _texts(NameDisclosure, "reason", why="why protected names were shown"),
    _texts(AssessmentVersion, "answers", why="answers to the 13 questions"),
    _texts(SelectionRow, "reason", "parents_dialogue", "reversal_reason", why="texts of decisions"),
    _texts(Project, *_OF_PROJECTS, why="descriptions, reasons and remarks of projects"),
    _texts(ProjectVersion, *_OF_PROJECTS, why="the same of kept versions"),
    _texts(ProjectStep, "remarks", why="remarks on projects"),
    _texts(Guidance, "words", why="what the secretariat advised"),
    _texts(Course, "end_note", why="notes on courses that ended early"),
    Place(Ring.LOOKUP, *key_of(PupilKey), why="lookup keys of pupils"),
    Place(Ring.BLIND_INDEX, *key_of(Person), why="the persons behind CPR numbers"),
)


def rings_of(settings: RegistrationSettings) -> Mapping[Ring, KeyRing]:
    """The key rings of the settings."""
    return {
        Ring.DATA: KeyRing.parse(settings.data_keys.get_secret_value()),
        Ring.LOOKUP: KeyRing.parse(settings.lookup_keys.get_secret_value()),
        Ring.BLIND_INDEX: KeyRing.parse(settings.blind_index_keys.get_secret_value()),
    }


def key_use_of(rings: Mapping[Ring, KeyRing], outbox: Outbox) -> KeyUse:
    """The places in which these key rings are used. ``after`` names absence_ingest because it parks rows by the lookup
    keys in pupils' events.
    """
    vault = Vault(rings[Ring.DATA])
    rotation = Rotation(
        outbox,
        PupilVault(vault),
        SealedTexts(vault, "former_identifier"),
        LookupKeys(rings[Ring.LOOKUP]),
        BlindIndex(rings[Ring.BLIND_INDEX]),
    )
    return KeyUse("registration", rings, PLACES, renew=rotation.renew, after="absence_ingest")
