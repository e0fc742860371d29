"""The key of the store of releases: the pseudonyms of persons, and the check that the key is still the same."""

from hashlib import blake2b
from uuid import UUID

from libs.shared.base.tellable import SetUpFault
from libs.shared.privacy.keys import KeyRing, derive
from services.evaluation_export.disclosure.release import PersonKeys

PSEUDONYM_BYTES = 16
SALT_BYTES = 32
CHECK_BYTES = 16


class StoreKey:
    """One key instead of a key ring, as a pseudonym must be the same in every release to be compared.

    The store outlives an erasure: an erased person stays in the groups that were released, and the first release
    without the person must not reveal this. The pseudonyms depend on this key alone. It is stored apart from all other
    keys and never rotated; without it nobody can link a pseudonym to a person.

    ``check`` is stored with each release and shows whether the key has changed. Raises ``SetUpFault`` for a ring of
    several keys.
    """

    def __init__(self, ring: KeyRing) -> None:
        if len(list(ring)) != 1:
            raise SetUpFault(
                "EVALUATION_EXPORT_RELEASE_KEY holds several keys: give the one that earlier releases were made with"
            )
        self._pseudonyms = derive(ring, b"release pseudonym v1")[ring.active_id]
        self._salts = derive(ring, b"release salt v1")[ring.active_id]
        self.check = blake2b(key=derive(ring, b"release check v1")[ring.active_id], digest_size=CHECK_BYTES).digest()

    @classmethod
    def parse(cls, text: str) -> "StoreKey":
        """Read ``id:base64`` of 32 bytes. Raises ``KeyRingInvalid`` or ``SetUpFault``."""
        return cls(KeyRing.parse(text))

    def person(self, person_id: UUID, municipality_code: str) -> PersonKeys:
        """The keys of a person as a pupil of one municipality."""
        whom = person_id.bytes + municipality_code.encode()
        return PersonKeys(
            blake2b(whom, key=self._pseudonyms, digest_size=PSEUDONYM_BYTES).digest(),
            blake2b(whom, key=self._salts, digest_size=SALT_BYTES).digest(),
        )
