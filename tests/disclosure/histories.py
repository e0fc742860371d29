"""Histories: several releases of the same pupils, in one school year and in the next."""

from collections.abc import Iterator

from tests.disclosure.attack import VALUES, Outcome, attack
from tests.disclosure.attacker.reading import Codebook
from tests.disclosure.catalog import seeded
from tests.disclosure.changes import change
from tests.disclosure.joint_counts import joint_counts
from tests.disclosure.joint_days import JointDays
from tests.disclosure.populations import Population
from tests.disclosure.releases import Release, near_figures, standing
from tests.disclosure.worlds import FIRST_YEAR, world


def history(seed: int) -> Iterator[Population]:
    """Two to six releases of one world, or twelve; between them some pupils come, go or are corrected, or none."""
    chance = seeded("history", seed)
    small = chance.random() < 0.7
    made = world(("history", seed), schools=1 if small else None, years=2)
    for _ in range(chance.choice((2, 2, 3, 3, 4, 4, 5, 6, 6, 12))):
        year = FIRST_YEAR + chance.randint(0, 1)
        yield Population(*made.snapshot(year))
        for _ in range(chance.choice((0, 1, 1, 2, 3))):
            change(made, chance, FIRST_YEAR + chance.randint(0, 1))


def attack_all(releases: list[Release], codebook: Codebook | None = None) -> Outcome:
    """Attack each release with the knowledge from earlier ones, and then all releases of a year or an autumn
    together.
    """
    outcome = Outcome()
    book = codebook or Codebook()
    stale = [standing(release, releases[:number]).stale for number, release in enumerate(releases)]
    for number, release in enumerate(releases):
        single = attack(release.bundle, release.truth, book, stale[number])
        outcome.counts += single.counts
        outcome.days += single.days
        outcome.printed += [
            *single.printed,
            *(f"release {number}: {one}" for one in near_figures(releases[: number + 1])),
        ]
        outcome.wrong += single.wrong
    if len(releases) < 2:
        return outcome
    for year in sorted({release.tables.first_year for release in releases}):
        of_year = [place for place, release in enumerate(releases) if release.tables.first_year == year]
        told, old = [releases[place] for place in of_year], [stale[place] for place in of_year]
        counts, hidden, truth = joint_counts(told, old, book, VALUES)
        outcome.wrong += counts.broken(truth)
        if len(told) > 1 and not outcome.wrong:
            outcome.combined += [f"{one.name}: {one.low}–{one.high}" for one in counts.narrow(hidden)]
    for year in sorted({release.tables.first_year - back for release in releases for back in (0, 1)}):
        places = [place for place, release in enumerate(releases) if release.autumn(year)]
        told, old = [releases[one] for one in places], [stale[one] for one in places]
        for known in (True, False):
            joint = JointDays.of(told, old, year, book, changes_known=known)
            outcome.wrong += joint.programme.broken(joint.solution())
            if known and not outcome.wrong:
                outcome.across += joint.programme.narrow(joint.differences())
            elif not outcome.wrong:
                found = joint.programme.narrow(joint.few())
                outcome.combined += [f"days of {one.name}: {one.low / 2}–{one.high / 2}" for one in found]
    return outcome
