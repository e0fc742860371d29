"""The keyed form of subjects that tests expect, by the keys that tests give to the verifier."""

from libs.shared.privacy.keys import KEY_BYTES, KeyRing
from libs.shared.privacy.subjects import SubjectKeys

SUBJECTS = SubjectKeys(KeyRing({"k1": bytes(KEY_BYTES)}))


def subject(sub: str) -> str:
    """The form in which columns and answers hold the subject of a token with this ``sub``."""
    return SUBJECTS.subject_key(sub)
