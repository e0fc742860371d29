"""What is known of a source's places and pupils, for a reader that runs in a thread."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from libs.shared.base.threads import from_thread
from libs.shared.db.database import Database
from libs.shared.db.scope import Scope
from libs.shared.files.formats import SourcePlace
from libs.shared.files.oneroster.known import KnownClass, KnownPupil, KnownStay
from libs.shared.privacy.identifiers import IdentifierInvalid, IdentifierKind, normalise
from libs.shared.privacy.keys import LookupKeys
from services.registration.roster.classes import queries as classes
from services.registration.roster.identity.sealing import PupilVault, Sealed
from services.registration.roster.pupils.queries import class_times, pupils, states
from services.registration.roster.pupils.queries.class_times import ClassTime


class RegisteredSource:
    """Implements ``Known``. It is made in the event loop, in which its queries run.

    Of a pupil it knows what the source's own schools claim. So a file of changes says nothing about another source's
    schools, and is the same whether their files came before it or not.
    """

    def __init__(
        self,
        db: Database,
        vault: PupilVault,
        keys: LookupKeys,
        code: str,
        places: Iterable[SourcePlace],
        *,
        last_file_id: UUID | None,
    ) -> None:
        self.last_file_id = last_file_id
        """The source's last file when this was read."""
        self._db = db
        self._vault = vault
        self._keys = keys
        self._code = code
        self._places = {(each.sort, each.sourced_id): each for each in places}
        self._numbers = sorted({each.institution_number for each in self._places.values() if each.sort == "class"})
        self._pupils = from_thread(self._find)
        self._members = from_thread(self._find_members)

    def school(self, sourced_id: str) -> str | None:
        """See ``Known``."""
        found = self._places.get(("school", sourced_id))
        return found.institution_number if found else None

    def school_year(self, sourced_id: str) -> str | None:
        """See ``Known``."""
        found = self._places.get(("school_year", sourced_id))
        return found.school_year if found else None

    def class_(self, sourced_id: str) -> KnownClass | None:
        """See ``Known``."""
        found = self._places.get(("class", sourced_id))
        return KnownClass(found.institution_number, found.school_year, found.name) if found else None

    def is_other(self, sourced_id: str) -> bool:
        """See ``Known``."""
        return ("other", sourced_id) in self._places

    def pupils(self, sourced_ids: Sequence[str]) -> Mapping[str, KnownPupil]:
        """See ``Known``."""
        return self._pupils(sourced_ids)

    def members(self, place: KnownClass) -> Mapping[str, KnownPupil]:
        """See ``Known``."""
        return self._members(place)

    async def _find(self, sourced_ids: Sequence[str]) -> Mapping[str, KnownPupil]:
        by_key: dict[tuple[str, str, str], str] = {}
        for each in sourced_ids:
            try:
                local_id = normalise(IdentifierKind.LOCAL_ID, each)
            except IdentifierInvalid:
                continue
            for key_id, value in self._keys.all_values(IdentifierKind.LOCAL_ID, local_id, self._code):
                by_key[IdentifierKind.LOCAL_ID.value, key_id, value] = each
        async with self._db.read(Scope.of(self._code)) as session:
            found = await pupils.by_key(session, self._code, by_key)
            records = await pupils.records(session, set(found.values()))
            times = await class_times.claimed(session, records, self._numbers)
        names = {pupil_id: self._vault.open(pupil_id, Sealed.NAME, each.name) for pupil_id, each in records.items()}
        return {
            by_key[key]: KnownPupil(names[pupil_id], _stays(times.get(pupil_id, ())))
            for key, pupil_id in found.items()
            if pupil_id in names
        }

    async def _find_members(self, place: KnownClass) -> Mapping[str, KnownPupil]:
        place = KnownClass(*(unicodedata.normalize("NFC", each) for each in place))
        async with self._db.read(Scope.of(self._code)) as session:
            key = (place.institution_number, place.school_year, place.name)
            class_ids = await classes.ids(session, self._code, [key])
            ids = await states.of_classes(session, list(class_ids.values()))
            records = await pupils.records(session, ids)
            times = await class_times.claimed(session, ids, [place.institution_number])
        found: dict[str, KnownPupil] = {}
        for pupil_id, record in records.items():
            local_id = self._vault.open(pupil_id, Sealed.LOCAL_ID, record.local_id)
            if local_id is not None:
                stays = [each for each in _stays(times.get(pupil_id, ())) if each.place == place]
                found[local_id] = KnownPupil(self._name(pupil_id, record.name), stays)
        return found

    def _name(self, pupil_id: UUID, sealed: bytes) -> str:
        return self._vault.open(pupil_id, Sealed.NAME, sealed)


def _stays(times: Iterable[ClassTime]) -> list[KnownStay]:
    return [
        KnownStay(
            KnownClass(each.institution_number, each.school_year, each.class_name), each.valid_from, each.valid_to
        )
        for each in times
    ]
