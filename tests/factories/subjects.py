"""The keyed form of subjects that tests expect where they give it to the verifier themselves."""

from libs.shared.privacy.keys import KEY_BYTES, KeyRing
from libs.shared.privacy.subjects import SubjectKeys

SUBJECTS = SubjectKeys(KeyRing({"k1": bytes(KEY_BYTES)}))


def subject(sub: str) -> str:
    """What columns and answers hold of the bearer of a token with this ``sub``."""
    return SUBJECTS.subject_key(sub)
