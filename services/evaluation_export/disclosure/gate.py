"""The first gate: a new release is compared with every earlier one, group by group.

Two groups of one measured period differ by a number of persons: those in only one of them, and those in both with
different measured values. A reader who has both figures can subtract them. So a group that differs from an earlier one
by one to four persons shows the earlier group's figures or none, which reveals nothing new. Groups are compared by
persons and not by name: across orders, evaluators, tables, and neighbouring school years, where the autumn after one
year is the autumn before the next.

The gate compares pairs of groups, not unions of several, and only with earlier releases. What a bundle reveals by
itself is examined by the audit.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b

import msgspec

from services.evaluation_export.disclosure.release import Group, PersonKeys
from services.evaluation_export.disclosure.rules import DisclosureRules

FINGERPRINT_BYTES = 8


def fingerprint(keys: PersonKeys, period: str, values: Iterable[int | str]) -> bytes:
    """The measured values of a person in a period, as 8 bytes that reveal nothing without the person's salt."""
    measured = msgspec.msgpack.encode([period, *values])
    return blake2b(measured, key=keys.salt, digest_size=FINGERPRINT_BYTES).digest()


def distance(one: Group, other: Group, *, most: int) -> int:
    """The number of persons by whom the groups differ: those in only one, or with another fingerprint.

    Returns ``most + 1`` if there are more than ``most``.
    """
    if abs(len(one.members) - len(other.members)) > most:
        return most + 1
    differing = 0
    for person, measured in one.members.items():
        if other.members.get(person) != measured:
            differing += 1
            if differing > most:
                return differing
    differing += sum(person not in one.members for person in other.members)
    return min(differing, most + 1)


def near(groups: Sequence[Group], earlier: Iterable[Group], rules: DisclosureRules) -> tuple[Group, ...]:
    """Those of ``earlier`` that ``decide`` uses for any of the groups, in their order.

    Only one of the earlier groups is in memory at a time, as all releases together may not fit.
    """
    by_period: dict[str, list[Group]] = {}
    for group in groups:
        by_period.setdefault(group.period, []).append(group)
    most = rules.threshold - 1
    return tuple(
        before
        for before in earlier
        if any(distance(group, before, most=most) <= most for group in by_period.get(before.period, ()))
    )


def decide(group: Group, earlier: Iterable[Group], rules: DisclosureRules) -> Group | None:
    """The group whose figures are shown for a group, given the groups of ``earlier`` (the oldest release first).

    - The group itself: no earlier group of its period is within one to four persons of it, nor the same.
    - An earlier group of its name: it is the same, or within one to four persons. Its figures stand as they were
      printed, the hidden ones hidden: they are known already, and what was hidden then may have protected others. Of
      several, the closest; of equally close ones, the oldest.
    - None: only groups of other names are within one to four persons, so that no figure of this name can stand.
    """
    most = rules.threshold - 1
    own_name: list[tuple[int, Group]] = []
    beside_another = False
    for before in earlier:
        if before.period != group.period:
            continue
        apart = distance(group, before, most=most)
        if apart > most:
            continue
        if before.name == group.name:
            own_name.append((apart, before))
        elif apart:
            beside_another = True
    if own_name:
        return min(own_name, key=lambda found: found[0])[1]
    return None if beside_another else group
