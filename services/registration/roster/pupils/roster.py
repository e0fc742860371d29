"""The stored pupils of a batch, decrypted."""

import asyncio
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from uuid import UUID

from libs.shared.db.database import ReadSession
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import LookupKeys
from libs.shared.privacy.sealed_texts import SealedTexts
from services.registration.roster.identity.sealing import PupilVault, Sealed
from services.registration.roster.pupils.cases import Case, Cases, Decision
from services.registration.roster.pupils.domain import Identifier, Identity
from services.registration.roster.pupils.grouping import Known
from services.registration.roster.pupils.queries import claims, former_identifiers, identity_cases, pupils
from services.registration.roster.pupils.queries.identity_cases import CaseRecord
from services.registration.roster.pupils.queries.pupils import KeyRow, PupilRecord
from services.registration.roster.pupils.stays import Stays

_NO_STAYS = Stays()


class Roster:
    """The part of a municipality's roster that a batch concerns; it also encrypts values for their rows.

    ``pupils`` has the pupil of each identifier, ``records`` the pupils by id, ``stored_cases`` the ids of the cases
    about them.
    """

    def __init__(self, code: str, vault: PupilVault, names: SealedTexts, lookup_keys: LookupKeys) -> None:
        self.code = code
        self.pupils: dict[Identifier, UUID] = {}
        self.records: dict[UUID, PupilRecord] = {}
        self.stored_cases: set[UUID] = set()
        self.cases = Cases()
        self._vault = vault
        self._names = names
        self._lookup_keys = lookup_keys
        self._identities: dict[UUID, Identity] = {}
        self._stays: dict[UUID, Stays] = {}
        self._keys: dict[Identifier, list[KeyRow]] = {}
        self._owned: dict[UUID, set[Identifier]] = {}
        self._number_changes: dict[UUID, int] = {}

    async def load(self, session: ReadSession, identities: Sequence[Identity]) -> None:
        """Read the pupils that any of these identities' identifiers name, by every key of the ring, and those to whom a
        decision has given such an id.
        """
        await asyncio.to_thread(self._hash, identities)
        by_key = await pupils.by_key(session, self.code, (key for keys in self._keys.values() for key in keys))
        for identifier, keys in self._keys.items():
            pupil_id = next((by_key[key] for key in keys if key in by_key), None)
            if pupil_id is not None:
                self.pupils[identifier] = pupil_id
                self._owned.setdefault(pupil_id, set()).add(identifier)
        cases: list[CaseRecord] = []
        about: set[UUID] = set()
        ahead = set(self.pupils.values())
        while ahead:  # follow an id that decisions have moved between pupils
            about |= ahead
            found = await identity_cases.of_pupils(session, ahead)
            cases += found
            ahead = {case.other_id for case in found if case.other_id is not None} - about
        self.records = await pupils.records(session, about)
        await asyncio.to_thread(self._open_all, cases)
        self._stays = await claims.stays(session, self.records)
        self._number_changes = await former_identifiers.number_changes(session, self._with_former_number())

    def _with_former_number(self) -> set[UUID]:
        """The pupils of whom a row has a CPR number that is no longer theirs."""
        return {
            pupil_id
            for (kind, value), pupil_id in self.pupils.items()
            if kind is IdentifierKind.CPR_NUMBER and self._identities[pupil_id].cpr_number != value
        }

    def _hash(self, identities: Sequence[Identity]) -> None:
        for kind, value in {each for identity in identities for each in identity.identifiers}:
            values = self._lookup_keys.all_values(kind, value, self.code)
            self._keys[kind, value] = [(kind.value, key_id, hashed) for key_id, hashed in values]

    def _open_all(self, cases: Sequence[CaseRecord]) -> None:
        for pupil_id, record in self.records.items():
            self._identities[pupil_id] = opened(self._vault, record)
        for case in cases:
            self.stored_cases.add(case.case_id)
            name = self._names.open(case.case_id, "name", case.name)
            decision = None if case.decision is None else Decision(case.decision)
            self.cases.add(Case(case.case_id, case.pupil_id, name, decision, case.other_id))

    @property
    def known(self) -> Known:
        """The data by which rows are grouped."""
        return Known(self.pupils, self._identities, self.cases)

    @property
    def looked_up(self) -> AbstractSet[KeyRow]:
        """The lookup keys of this batch's identifiers; ``pupils`` has the pupils of those that are known."""
        return {key for keys in self._keys.values() for key in keys}

    def identity(self, pupil_id: UUID) -> Identity | None:
        """The pupil's stored identity; None for a new pupil."""
        return self._identities.get(pupil_id)

    def owned(self, pupil_id: UUID) -> AbstractSet[Identifier]:
        """The identifiers of this batch that are or were the pupil's."""
        return self._owned.get(pupil_id, frozenset())

    def number_changes(self, pupil_id: UUID) -> int:
        """How often the CPR number changed, of a pupil of whom a row has a former one."""
        return self._number_changes.get(pupil_id, 0)

    def person_id(self, pupil_id: UUID) -> UUID | None:
        """The pupil's person; None for a new pupil."""
        record = self.records.get(pupil_id)
        return record.person_id if record else None

    def stays(self, pupil_id: UUID) -> Stays:
        """What is stored about the pupil's stays."""
        return self._stays.get(pupil_id, _NO_STAYS)

    def keys(self, identifier: Identifier) -> list[KeyRow]:
        """The lookup keys of an identifier of this batch, by every key of the ring."""
        return self._keys[identifier]

    def sealed(self, pupil_id: UUID, identity: Identity, person_id: UUID, *, has_cpr_number: bool) -> PupilRecord:
        """The row to store."""
        return sealed(self._vault, pupil_id, identity, person_id, has_cpr_number=has_cpr_number)

    def sealed_name(self, case_id: UUID, name: str) -> bytes:
        """The name of a case, to store."""
        return self._names.seal(case_id, "name", name)


def sealed(
    vault: PupilVault, pupil_id: UUID, identity: Identity, person_id: UUID, *, has_cpr_number: bool
) -> PupilRecord:
    """The row of a pupil, with its identifiers and name encrypted."""
    return PupilRecord(
        pupil_id,
        person_id,
        has_cpr_number,
        vault.seal(pupil_id, Sealed.CPR_NUMBER, identity.cpr_number),
        vault.seal(pupil_id, Sealed.UNI_LOGIN, identity.uni_login),
        vault.seal(pupil_id, Sealed.LOCAL_ID, identity.local_id),
        vault.seal(pupil_id, Sealed.NAME, identity.name),
        bool(identity.name_protected),
    )


def opened(vault: PupilVault, record: PupilRecord) -> Identity:
    """The reverse of ``sealed``. Raises ``Undecryptable``."""
    return Identity(
        vault.open(record.pupil_id, Sealed.CPR_NUMBER, record.cpr_number),
        vault.open(record.pupil_id, Sealed.UNI_LOGIN, record.uni_login),
        vault.open(record.pupil_id, Sealed.LOCAL_ID, record.local_id),
        vault.open(record.pupil_id, Sealed.NAME, record.name),
        record.name_protected,
    )
