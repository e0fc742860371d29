"""SCRAM verifiers, as PostgreSQL stores passwords, so that no statement, log or printed script contains a password.

RFC 5802 and 7677; the form is PostgreSQL's ``SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey``.
"""

import base64
import hashlib
import hmac
import secrets
import stringprep
import unicodedata

ITERATIONS = 4096
SALT_BYTES = 16


def verifier(password: str, salt: bytes | None = None) -> str:
    """The verifier for ``PASSWORD '…'``; the salt is random unless given."""
    salt = salt or secrets.token_bytes(SALT_BYTES)
    salted = hashlib.pbkdf2_hmac("sha256", _prepared(password).encode(), salt, ITERATIONS)
    stored = hashlib.sha256(_keyed(salted, b"Client Key")).digest()
    return f"SCRAM-SHA-256${ITERATIONS}:{_text(salt)}${_text(stored)}:{_text(_keyed(salted, b'Server Key'))}"


def _keyed(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _prepared(password: str) -> str:
    """The mapping and normalisation steps of SASLprep (RFC 4013); clients do the same before they log in."""
    if password.isascii():
        return password
    mapped = (" " if stringprep.in_table_c12(one) else one for one in password if not stringprep.in_table_b1(one))
    return unicodedata.normalize("NFKC", "".join(mapped))
