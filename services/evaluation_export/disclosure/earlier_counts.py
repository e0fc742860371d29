"""Counts of earlier releases of the school year, which a reader knows in addition to this release's.

Every count of this release is a sum of persons by their groups in the earlier releases. A reader is assumed to know
which moves between groups occurred, but not how many persons made each move.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.evaluation_export.disclosure.codes import CODES, WITHIN
from services.evaluation_export.disclosure.programme import Programme, Terms
from services.evaluation_export.disclosure.reading import ALL, OTHERS, SELECTIONS, TablesContradict
from services.evaluation_export.disclosure.release import Group, PersonKeys, releases
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.disclosure.truth import Truth
from services.evaluation_export.products.aggregate.snapshot import Snapshot

Base = tuple[str, ...]
"""The cell of a person in one release. Each person is in one cell of a family, whose name comes first:

- ``("is", letter, variant, grade)``;
- ``("place", "left", letter, step)``, the last step reached, or ``("place", "analysed", letter)``;
- ``("several",)`` and ``("others",)``;
- ``("selections <code>", letter)``.
"""

FAMILIES = ("is", "place", "several", "others", *(f"{SELECTIONS} {code}" for code in CODES))
PERSONS_REACH = 20
_ANALYSED = 99  # A step after all others.

Label = tuple[int, ...]
"""The earlier groups that a person was in, by their indexes."""


@dataclass(slots=True)
class EarlierCounts:
    """The groups that earlier releases counted, and this release's persons by base and label.

    ``terms`` has the sum of persons of each group, by family, of the variables made so far.
    """

    groups: Sequence[Group]
    letters: Mapping[str, str]
    with_means: frozenset[int]
    sizes: dict[Base, Counter[Label]] = field(default_factory=dict)
    terms: dict[tuple[str, int], dict[int, int]] = field(default_factory=dict)
    stood: dict[int, tuple[Base, Label]] = field(default_factory=dict)

    def persons(self, programme: Programme, base: Base, value: int) -> Terms:
        """A count of this release as a sum by label; persons may also have been in that cell in all releases."""
        sizes = self.sizes.get(base, Counter())
        if sum(sizes.values()) != value:
            raise TablesContradict(f"persons without keys: {' '.join(base)}")
        return self._variables(programme, base, {self._stayed(base): 0, **sizes})

    def add_rows(self, programme: Programme, rules: DisclosureRules) -> None:
        """Adds the printed counts of earlier groups, with the persons who are no longer in this release."""
        for family in FAMILIES:
            self._variables(programme, (family, ""), self.sizes.get((family, ""), Counter()))
        for place, group in enumerate(self.groups):
            families = [self.terms[family, place] for family in FAMILIES if (family, place) in self.terms]
            for terms in families:
                if (text := group.figures["pupils"]) is not None:
                    low, high = rules.interval(int(text))
                    # A mean in the same row reveals that five persons have another value than the commonest, so there
                    # are at least six.
                    low = max(low, rules.threshold + 1) if place in self.with_means else low
                    programme.row(terms, low, high, name=f"earlier {group.name}")
            for terms in families[1:]:
                same = {**families[0], **{variable: -factor for variable, factor in terms.items()}}
                programme.row(same, 0, 0, name=f"earlier {group.name} by step as by grade")
        for release in releases(self.groups):
            self._add_selected(programme, {self.groups[place].name: place for place in release})

    def _add_selected(self, programme: Programme, places: Mapping[str, int]) -> None:
        """In an earlier release, too, a pupil who has a code has the code that contains it, and is enrolled."""
        for name, place in places.items():
            table, *key = name.split("/")
            if table != SELECTIONS:
                continue
            letter, code = key
            everyone = "flow/left/0" if letter == ALL else f"participants/{letter}/{ALL}/{ALL}"
            outer = f"{SELECTIONS}/{letter}/{WITHIN[code]}" if code in WITHIN else everyone
            if outer in places:
                around = self.terms[_families(outer)[0], places[outer]]
                inner = self.terms[f"{SELECTIONS} {code}", place]
                rest = {**around, **{one: around.get(one, 0) - factor for one, factor in inner.items()}}
                programme.row(rest, 0, name=f"earlier {name} within {outer}")

    def hidden(self, names: Iterable[str]) -> Iterator[tuple[str, Terms]]:
        """The earlier groups whose count was hidden and, for groups too small for the store, the persons who stayed
        since.
        """
        for place, group in enumerate(self.groups):
            if group.figures["pupils"] is None:
                terms = next(self.terms[family, place] for family in FAMILIES if (family, place) in self.terms)
                yield f"earlier {group.name}", terms
        small = list(names)
        for release in releases(self.groups):
            stored = {self.groups[place].name for place in release}
            stayed = [
                (variable, base)
                for variable, (base, label) in self.stood.items()
                if release & set(label) == release & set(self._stayed(base))
            ]
            for name in small:
                if name not in stored:
                    family = _families(name)[0]
                    yield (
                        f"earlier {name}",
                        {variable: 1 for variable, base in stayed if base[0] == family and self._covers(name, base)},
                    )

    def _stayed(self, base: Base) -> Label:
        """The groups of a person who was in the same cell in every release."""
        return tuple(place for place, group in enumerate(self.groups) if self._covers(group.name, base))

    def _variables(self, programme: Programme, base: Base, sizes: Mapping[Label, int]) -> Terms:
        made: dict[int, int] = {}
        for label, size in sorted(sizes.items()):
            variable = programme.variable(size, reach=PERSONS_REACH)
            made[variable] = 1
            if base[1:] != ("",):
                self.stood[variable] = (base, label)
            for place in label:
                self.terms.setdefault((base[0], place), {})[variable] = 1
        return made

    def _covers(self, name: str, base: Base) -> bool:
        """Whether a person in that cell is counted in a group of that name."""
        table, *key = name.split("/")
        found = False
        match (table, *base):
            case ("participants", "is", *stands):
                found = all(one in (ALL, own) for one, own in zip(key, stands, strict=True))
            case ("participants", "place", _, letter, *_):
                found = key == [letter, ALL, ALL]
            case ("flow", "is", *_):
                found = _is_enrolled(key)
            case ("flow", "place", _, _, *reached):
                way, step = key
                last = int(reached[0]) if reached else _ANALYSED
                found = last == int(step) - 1 if way == "out" else last >= int(step) - (way == "in")
            case ("absence", "place", "analysed", letter):
                found = key[0] != OTHERS and (key[1] == ALL or self.letters[key[1]] == letter)
            case ("absence", "others"):
                found = key[0] == OTHERS
            case ("several_types", "several"):
                found = True
            case ("selections", family, letter):
                found = family == f"{SELECTIONS} {key[1]}" and key[0] in (ALL, letter)
        return found


def _families(name: str) -> list[str]:
    """The families in which a group of that name is counted."""
    match name.split("/"):
        case ["participants", _, variant, grade]:
            return ["is", "place"] if (variant, grade) == (ALL, ALL) else ["is"]
        case ["flow", *key]:
            return ["is", "place"] if _is_enrolled(key) else ["place"]
        case ["absence", group, _]:
            return ["others"] if group == OTHERS else ["place"]
        case ["several_types"]:
            return ["several"]
        case ["selections", _, code]:
            return [f"{SELECTIONS} {code}"]
    return []


def _is_enrolled(key: Sequence[str]) -> bool:
    """Whether a cell of the flow counts all enrolled persons."""
    return tuple(key) in (("left", "0"), ("in", "1"))


def earlier_counts(
    truth: Truth,
    snapshot: Snapshot,
    letters: Mapping[str, str],
    earlier: Sequence[Group],
    keys: Sequence[PersonKeys],
) -> EarlierCounts | None:
    """Groups all persons by their cell in this release and in earlier ones; None if none counted this year."""
    counted = [one for one in earlier if one.period == snapshot.school_year and "pupils" in one.figures]
    if not counted:
        return None
    measured = [
        (one.name, one.members.keys())
        for one in earlier
        if "pupils" not in one.figures and any(text is not None for text in one.figures.values())
    ]
    with_means = (place for place, one in enumerate(counted) if (one.name, one.members.keys()) in measured)
    made = EarlierCounts(counted, letters, frozenset(with_means))
    pseudonyms = {one.person: key.pseudonym for one, key in zip(snapshot.persons, keys, strict=True)}
    stands = {family: {pseudonyms[one]: base for one, base in found} for family, found in _stand(truth).items()}
    places: dict[str, dict[bytes, list[int]]] = {family: {} for family in FAMILIES}
    for place, group in enumerate(counted):
        for family in _families(group.name):
            for pseudonym in group.members:
                places[family].setdefault(pseudonym, []).append(place)
    for family in FAMILIES:
        for pseudonym in stands[family].keys() | places[family].keys():
            base = stands[family].get(pseudonym, (family, ""))
            made.sizes.setdefault(base, Counter())[tuple(places[family].get(pseudonym, ()))] += 1
    return made


def _stand(truth: Truth) -> dict[str, list[tuple[int, Base]]]:
    found: dict[str, list[tuple[int, Base]]] = {family: [] for family in FAMILIES}
    for letter, groups in truth.participants.items():
        for (variant, grade), persons in groups.items():
            for one in persons:
                found["is"].append((one, ("is", letter, variant, grade)))
                last = truth.reached[one]
                left: Base = ("place", "left", letter, str(last))
                found["place"].append((one, ("place", "analysed", letter) if last == len(truth.out) else left))
    found["several"] = [(one, ("several",)) for one in truth.several]
    found["others"] = [(one, ("others",)) for one in truth.others]
    for (letter, code), chosen in truth.chosen.items():
        family = f"{SELECTIONS} {code}"
        found[family] += [(one, (family, letter)) for one in chosen]
    return found
