"""Rows that wait: for their pupil, for the pupil's place, or for a person's decision.

A waiting row is a fact: what a file says of a pupil under one key. A newer row about the same fact takes its place.
Nothing looks twice while it parks, and nobody holds a lock for it. A row is written marked ``due``, and whoever brings
what rows may wait for (an event, another file, a decision) notes it in ``replay_due``, both in the transaction of what
they do. The worker looks at what is marked after it is committed, so whichever of the two commits last is seen.
"""

from libs.shared.imports.waiting.listed import WaitingRow, any_older, count, page
from libs.shared.imports.waiting.news import About, Concern, due
from libs.shared.imports.waiting.parking import Parking
from libs.shared.imports.waiting.patience import PARKED_DAYS, Patience
from libs.shared.imports.waiting.replaying import Replayer

__all__ = [
    "PARKED_DAYS",
    "About",
    "Concern",
    "Parking",
    "Patience",
    "Replayer",
    "WaitingRow",
    "any_older",
    "count",
    "due",
    "page",
]
