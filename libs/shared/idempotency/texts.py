"""What the text columns of the table of idempotency keys hold, for the register in ``privacy.texts``."""

from libs.shared.privacy.texts import Register, code, keyed, own

TEXTS: Register = {
    "idempotency_key.tenant": code("three digits, or the name of an access"),
    "idempotency_key.id": keyed("a digest of caller and key"),
    "idempotency_key.fingerprint": keyed("of the request"),
    "idempotency_key.reference": own("the id of what was created"),
}
