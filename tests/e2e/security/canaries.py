"""Invented people who cannot exist, and every form in which one of their identifiers could be stored.

Each value is so random that it cannot occur in a file by accident.
"""

import base64
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Canary:
    """One invented person. The CPR number is of replacement form (day + 60)."""

    number: int
    cpr_number: str
    uni_login: str
    local_id: str
    name: str

    @property
    def family_name(self) -> str:
        """The last of the name's words."""
        return self.name.split()[-1]

    @property
    def hyphenated(self) -> str:
        """The CPR number as people write it."""
        return f"{self.cpr_number[:6]}-{self.cpr_number[6:]}"

    def values(self) -> dict[str, str]:
        """The values that must not be found, by description."""
        return {
            "CPR number": self.cpr_number,
            "CPR number with a hyphen": self.hyphenated,
            "UNI-Login": self.uni_login,
            "local id": self.local_id,
            "name": self.name,
            "family name": self.family_name,
        }


def canaries(count: int, seed: int) -> list[Canary]:
    """``count`` canaries, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - invented people, not keys
    made: dict[str, Canary] = {}
    while len(made) < count:
        day, month, year = chance.randrange(61, 89), chance.randrange(1, 13), chance.randrange(6, 17)
        cpr_number = f"{day:02d}{month:02d}{year:02d}{chance.randrange(1000, 10000)}"
        word = "".join(chance.choices(_LETTERS, k=11))
        login = "".join(chance.choices(_LETTERS, k=5)) + f"{chance.randrange(10**5):05d}"
        local_id = "L" + "".join(chance.choices(_LETTERS.upper(), k=11))
        name = f"Kanarie Ørn {word.capitalize()}"
        made.setdefault(cpr_number, Canary(len(made), cpr_number, login, local_id, name))
    return list(made.values())


def _spellings(value: str) -> set[bytes]:
    """The value as bytes: also in lower and upper case, in the charsets of files, and with JSON's escapes."""
    texts = {value, value.lower(), value.upper()}
    made = {text.encode(charset) for text in texts for charset in ("utf-8", "latin-1", "utf-16-le", "utf-16-be")}
    return made | {json.dumps(text)[1:-1].encode() for text in texts}


def _base64_inside(data: bytes) -> Iterator[bytes]:
    """The base64 texts of ``data`` inside a longer text, for each of the three alignments, without partial groups."""
    for skipped in (0, 1, 2):
        whole = (len(data) - skipped) // 3 * 3
        if whole >= 6:
            part = data[skipped : skipped + whole]
            yield base64.b64encode(part)
            yield base64.urlsafe_b64encode(part)


def _digests(data: bytes) -> Iterator[tuple[str, bytes]]:
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, data, usedforsecurity=False).digest()
        yield f"{name}, raw", digest
        yield f"{name}, hex", digest.hex().encode()
        yield f"{name}, hex in capitals", digest.hex().upper().encode()
        yield from ((f"{name}, base64", each.rstrip(b"=")) for each in _base64_inside(digest))
        yield f"{name}, base64", base64.b64encode(digest).rstrip(b"=")


def forms(canary: Canary) -> Iterator[tuple[bytes, str]]:
    """Every byte string to search for, with its description."""
    for kind, value in canary.values().items():
        what = f"canary {canary.number}: {kind}"
        for spelling in _spellings(value):
            yield spelling, what
            yield spelling.hex().encode(), f"{what}, hex"
            yield spelling.hex().upper().encode(), f"{what}, hex in capitals"
            for inside in _base64_inside(spelling):
                yield inside, f"{what}, base64"
        for hashed in _hashed(canary, value):
            for form, digest in _digests(hashed):
                yield digest, f"{what}, {form}"


def _hashed(canary: Canary, value: str) -> Iterator[bytes]:
    """The inputs of a possible hash without a key: the value, alone or after its kind."""
    for text in {value, value.lower(), value.upper()}:
        yield text.encode()
    kinds = {"cpr_number": canary.cpr_number, "uni_login": canary.uni_login, "local_id": canary.local_id}
    for kind in (name for name, own in kinds.items() if own == value):
        yield from (f"{start}{value}".encode() for start in (f"{kind}|", f"{kind}:", f"{kind}|101|", f"{kind}||"))
