"""The stored form of a group: the pseudonyms of all its persons in one value instead of one row per person."""

import msgspec

from services.evaluation_export.disclosure.release import Group
from services.evaluation_export.disclosure.store_key import PSEUDONYM_BYTES


class PackedGroup(msgspec.Struct, frozen=True):
    """A group. ``members`` are its sorted and concatenated pseudonyms, 16 bytes each; ``fingerprints`` are those of the
    same persons in the same order, all of one length, or empty for a count. ``audited``: the group is of one of the
    newest releases, which are audited together with a new one.
    """

    period: str
    name: str
    members: bytes
    fingerprints: bytes
    figures: dict[str, str | None]
    audited: bool = False


def pack(group: Group) -> PackedGroup:
    """The group in its stored form. Raises ``ValueError`` for pseudonyms or fingerprints of unequal lengths."""
    persons = sorted(group.members)
    fingerprints = [group.members[person] for person in persons]
    if any(len(person) != PSEUDONYM_BYTES for person in persons):
        raise ValueError("a pseudonym has another length")
    if len({len(one) for one in fingerprints}) > 1:
        raise ValueError("the fingerprints of a group have several lengths")
    return PackedGroup(group.period, group.name, b"".join(persons), b"".join(fingerprints), group.figures)


def unpack(packed: PackedGroup, shared: dict[bytes, bytes]) -> Group:
    """The group of a stored form. ``shared`` has each pseudonym once for all groups, as a person is in many."""
    many = len(packed.members) // PSEUDONYM_BYTES
    each = len(packed.fingerprints) // many if many else 0
    members: dict[bytes, bytes] = {}
    for place in range(many):
        pseudonym = packed.members[PSEUDONYM_BYTES * place : PSEUDONYM_BYTES * (place + 1)]
        measured = packed.fingerprints[each * place : each * (place + 1)]
        members[shared.setdefault(pseudonym, pseudonym)] = shared.setdefault(measured, measured)
    return Group(packed.period, packed.name, members, packed.figures)
