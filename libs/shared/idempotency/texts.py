"""What each text column of the table of idempotency keys holds."""

from libs.shared.privacy.texts import Register, code, keyed, own

TEXTS: Register = {
    "idempotency_key.tenant": code("three digits, or the name of an access"),
    "idempotency_key.id": keyed("a digest of caller and key"),
    "idempotency_key.fingerprint": keyed("of the request"),
    "idempotency_key.reference": own("the id of what was created"),
}
