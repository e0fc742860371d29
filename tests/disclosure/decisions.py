"""Random decisions that select pupils: alone, in groups, or with their class for reasons; some pupils are marked."""

import random
from dataclasses import dataclass

REASONS = ("vulnerable_share", "lost_teaching", "shared_need", "low_wellbeing", "missing_relations")


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about one pupil, for all school years; ``reasons`` are of the pupil's class."""

    kind: str
    reasons: tuple[str, ...] = ()
    designated: bool = False


def of_class(chance: random.Random, many: int) -> list[list[Decision]]:
    """The decisions about each of the ``many`` pupils of a class: one about the class, and one about some of them."""
    found: list[list[Decision]] = [[] for _ in range(many)]
    if chance.random() < 0.5:
        reasons = tuple(chance.sample(REASONS, chance.choice((1, 1, 2, 3))))
        marked = chance.choice((0.0, 0.1, 0.4))
        for one in found:
            one.append(Decision("class", reasons, chance.random() < marked))
    if chance.random() < 0.5:
        kind = chance.choice(("pupil", "group"))
        for one in chance.sample(found, min(many, chance.choice((1, 2, 3, 6)))):
            one.append(Decision(kind, designated=chance.random() < 0.3))
    return found
