"""The days of one autumn, as a reader of this release and of all earlier ones knows them.

Persons are sorted into regions: a region has all persons who are in the same groups of all releases with the same
values. A reader is assumed to know which regions exist, but not how many persons are in one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from libs.shared.values.absence import CATEGORIES
from services.evaluation_export.disclosure.gate import fingerprint
from services.evaluation_export.disclosure.knowledge import (
    HALF_DAYS_REACH,
    PARTS,
    PERSONS_REACH,
    Days,
    Knowledge,
    Measure,
    plus,
    times,
)
from services.evaluation_export.disclosure.moves import Name, Union, Version, differences, known_moves, unions
from services.evaluation_export.disclosure.programme import Programme, Terms
from services.evaluation_export.disclosure.reading import ALL, OTHERS, PARTICIPANTS, Tables, tenths
from services.evaluation_export.disclosure.release import Cell, Group, PersonKeys, releases
from services.evaluation_export.disclosure.rows import SCHOOL_DAYS, add_count, add_mean, add_means
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.disclosure.targets import Range, Target, days_at_risk
from services.evaluation_export.disclosure.truth import Truth
from services.evaluation_export.products.aggregate.snapshot import TOTAL, Snapshot


@dataclass(slots=True)
class Autumn:
    """The regions of an autumn: their persons as variables, and their half-days by version and category.

    ``now`` has the versions of each type's persons in this release, ``then`` those of each earlier group.
    """

    year: str
    programme: Programme = field(default_factory=Programme)
    persons: list[Terms] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    halves: dict[Version, dict[str, Terms]] = field(default_factory=dict)
    now: dict[str, list[Version]] = field(default_factory=dict)
    then: list[list[Version]] = field(default_factory=list)

    def days(self, name: str, versions: Sequence[Version], members: Sequence[int] = ()) -> Days:
        """The group that consists of these versions of regions."""
        halves: dict[Measure, Terms] = {
            (self.year, category): plus(*(self.halves[one][category] for one in versions)) for category in CATEGORIES
        }
        halves[self.year, TOTAL] = plus(*halves.values())
        return Days(name, plus(*(self.persons[region] for region, _ in versions)), members, halves)


def autumns(
    tables: Tables,
    truth: Truth,
    snapshot: Snapshot,
    rules: DisclosureRules,
    *,
    kept: frozenset[Cell],
    earlier: Sequence[Group],
    keys: Sequence[PersonKeys],
) -> Iterator[tuple[Programme, list[Target]]]:
    """For each autumn in earlier releases: what a reader knows, and what must stay unknown."""
    number = {key.pseudonym: (one.person, key) for one, key in zip(snapshot.persons, keys, strict=True)}
    for year in sorted({cell[3] for cell in tables.means}):
        groups = [one for one in earlier if one.period == year and one.name.startswith("absence/")]
        if groups:
            autumn = _regions(year, truth, groups, number)
            known = _known(autumn, tables, truth)
            _own_figures(known, tables, rules, kept)
            for group, versions in zip(groups, autumn.then, strict=True):
                _earlier_release(autumn, group, versions, earlier, rules)
            yield autumn.programme, _targets(autumn, known, tables, truth, rules, groups=groups)


def _regions(
    year: str, truth: Truth, groups: Sequence[Group], number: Mapping[bytes, tuple[int, PersonKeys]]
) -> Autumn:
    """Divides all persons who are or have been in a group into regions."""
    standing = {one: letter for letter in truth.analysed for one in truth.all_analysed(letter)}
    standing |= dict.fromkeys(truth.others, OTHERS)
    now = {pseudonym: one for pseudonym, (one, _) in number.items() if one in standing}
    seen = {
        pseudonym: [fingerprint(number[pseudonym][1], year, truth.days[one][year])] for pseudonym, one in now.items()
    }
    labels: dict[bytes, list[Version]] = {pseudonym: [] for pseudonym in now}
    for place, group in enumerate(groups):
        for pseudonym, measured in group.members.items():
            values = seen.setdefault(pseudonym, [])
            if measured not in values:
                values.append(measured)
            labels.setdefault(pseudonym, []).append((place, values.index(measured)))
    regions: dict[tuple[str, tuple[Version, ...]], list[bytes]] = {}
    for pseudonym, label in labels.items():
        stands = standing[now[pseudonym]] if pseudonym in now else ""
        regions.setdefault((stands, tuple(label)), []).append(pseudonym)
    autumn = Autumn(year, now={letter: [] for letter in (*truth.analysed, OTHERS)}, then=[[] for _ in groups])
    for region, ((stands, places), members) in enumerate(sorted(regions.items())):
        autumn.persons.append({autumn.programme.variable(len(members), reach=PERSONS_REACH): 1})
        autumn.sizes.append(len(members))
        persons = [now[one] for one in members] if stands else []
        for version in sorted({0, *(version for _, version in places)}):
            known = truth.half_days_by_category(persons, year) if stands and not version else None
            _add_days(autumn, (region, version), known, len(members))
        if stands:
            autumn.now[stands].append((region, 0))
        for place, version in places:
            autumn.then[place].append((region, version))
    return autumn


def _add_days(autumn: Autumn, version: Version, known: Sequence[int] | None, size: int) -> None:
    programme = autumn.programme
    autumn.halves[version] = {
        category: {
            programme.variable(
                None if known is None else known[part],
                reach=HALF_DAYS_REACH if known is not None else 2 * SCHOOL_DAYS * size,
            ): 1
        }
        for part, category in enumerate(CATEGORIES)
    }


def _known(autumn: Autumn, tables: Tables, truth: Truth) -> Knowledge:
    """The groups of this release, over the regions."""
    types = {letter: autumn.days(letter, autumn.now[letter], truth.all_analysed(letter)) for letter in tables.variants}
    everyone = [version for letter in types for version in autumn.now[letter]]
    members = [one for letter in types for one in truth.all_analysed(letter)]
    everybody = autumn.days(PARTICIPANTS, everyone, members)
    others = autumn.days(OTHERS, autumn.now[OTHERS], truth.others)
    counts: dict[Cell, Terms] = {
        ("absence", PARTICIPANTS, ALL, "pupils"): everybody.persons,
        ("absence", OTHERS, ALL, "pupils"): others.persons,
    }
    for code, letter in tables.letters.items():
        counts["absence", PARTICIPANTS, code, "pupils"] = types[letter].persons
    return Knowledge(autumn.programme, counts, types, everybody, others, {}, (autumn.year,))


def _own_figures(known: Knowledge, tables: Tables, rules: DisclosureRules, kept: frozenset[Cell]) -> None:
    for cell, terms in known.counts.items():
        value = tables.counts[cell]
        if value is not None:
            add_count(known.programme, terms, cell, value, rules, widened=cell in kept)
    add_means(known, tables, rules, kept)


def _earlier_release(
    autumn: Autumn, group: Group, versions: Sequence[Version], earlier: Sequence[Group], rules: DisclosureRules
) -> None:
    """Adds what an earlier release printed of a group, and the number of persons that it printed for it."""
    days = autumn.days(f"earlier {group.name}", versions)
    printed = {category: text for category, text in group.figures.items() if text is not None and category in PARTS}
    for category, text in printed.items():
        add_mean(autumn.programme, days, (autumn.year, category), tenths(text), rules)
    for other in earlier if printed else ():
        count = other.figures.get("pupils")
        if count is not None and other.name == group.name and other.members.keys() == group.members.keys():
            autumn.programme.row(days.persons, *rules.interval(int(count)), name=days.name)


def _targets(
    autumn: Autumn,
    known: Knowledge,
    tables: Tables,
    truth: Truth,
    rules: DisclosureRules,
    *,
    groups: Sequence[Group],
) -> list[Target]:
    """Days at risk in this release, and days of one to four persons by whom unions of groups differ in any two
    releases.

    The sizes of small moves are added as known.
    """
    told = _by_release(autumn, tables, groups)
    for region in known_moves(told, autumn.sizes, rules.threshold - 1):
        for variable in autumn.persons[region]:
            autumn.programme.reach[variable] = 0
    found: dict[frozenset[tuple[int, int]], Target] = {}
    for name, family, terms in days_at_risk(known, tables, truth, rules):
        found.setdefault(frozenset(terms.items()), Range(f"{name} beside earlier ones", terms, 2 * rules.days, family))
    distinct = list(dict.fromkeys(union for release in told for union in release.values()))
    for more, less in differences([*distinct, frozenset()], autumn.sizes, rules.threshold - 1):
        here, there = (autumn.days("few", sorted(versions)).halves for versions in (more, less))
        for measure in here:
            terms = plus(here[measure], times(-1, there[measure]))
            name = f"days of few that releases differ by {' '.join(measure)}"
            found.setdefault(frozenset(terms.items()), Range(name, terms, 2 * rules.days, " ".join(measure)))
    return [one for one in found.values() if one.terms]


def _by_release(autumn: Autumn, tables: Tables, groups: Sequence[Group]) -> list[dict[Name, Union]]:
    """The unions of every earlier release, and of this one."""
    codes = {code: autumn.now[letter] for code, letter in tables.letters.items()}
    now = {code: frozenset(versions) for code, versions in codes.items()}
    now[ALL] = frozenset[Version]().union(*now.values())
    told = [
        {
            groups[place].name.rsplit("/", 1)[1]: frozenset(autumn.then[place])
            for place in sorted(release)
            if _is_of_types(groups[place])
        }
        for release in releases(groups)
    ]
    others: list[dict[Name, Union]] = [
        {(OTHERS,): frozenset(autumn.then[place])} for place, group in enumerate(groups) if not _is_of_types(group)
    ]
    return [*map(unions, told), *others, {**unions(now), (OTHERS,): frozenset(autumn.now[OTHERS])}]


def _is_of_types(group: Group) -> bool:
    return group.name.startswith(f"absence/{PARTICIPANTS}/")
