"""Parked rows: they wait for their pupil, for the pupil's membership or calendar, or for a person's decision.

A parked row is a fact: what a file says about a pupil under one key. A newer row about the same fact replaces it.

Parking needs no lock. A row is written with the mark ``due``. A transaction that changes something that rows may wait
for (an event, another file, a decision) writes a note to ``replay_due``. The worker handles marks and notes after they
are committed. So it sees both the row and the change, whichever of the two transactions commits last.
"""

from libs.shared.imports.parked.listed import WaitingRow, any_older, page
from libs.shared.imports.parked.news import About, Concern, due
from libs.shared.imports.parked.parking import Parking
from libs.shared.imports.parked.patience import PARKED_DAYS, Patience
from libs.shared.imports.parked.replaying import Replayer

__all__ = [
    "PARKED_DAYS",
    "About",
    "Concern",
    "Parking",
    "Patience",
    "Replayer",
    "WaitingRow",
    "any_older",
    "due",
    "page",
]
