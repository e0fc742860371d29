"""The groups that the store of releases keeps of a release, and the keys of its persons, made without the builder."""

from collections.abc import Mapping

from services.evaluation_export.disclosure.gate import fingerprint
from services.evaluation_export.disclosure.release import Group, PersonKeys
from tests.unit.services.evaluation_export.disclosure.publishing import CATALOG, Cell, Published, Pupil

Pupils = Mapping[str, Pupil]
"""By who they are, over all releases."""


def keys(pupils: Pupils) -> tuple[PersonKeys, ...]:
    """The pupils' keys, in the order of the snapshot made of them."""
    return tuple(PersonKeys(name.encode(), name.encode().ljust(32, b"-")) for name in pupils)


def stored(pupils: Pupils, published: Published) -> tuple[Group, ...]:
    """Every group of five or more, with the figures that were printed."""
    found = []
    for cell, value in published.counts.items():
        if cell[0] == "coverage":
            continue
        here = [name for name, one in pupils.items() if is_in(cell, one)]
        if len(here) >= 5:
            name = "/".join(cell[:3] if cell[0] == "absence" else cell)
            figures = {"pupils": None if value is None else str(value)}
            found.append(Group("2022/2023", name, {one.encode(): b"" for one in here}, figures))
    for group, code, year in sorted({(cell[1], cell[2], cell[3]) for cell in published.means}):
        members = {}
        for name, one in pupils.items():
            if is_in(("absence", group, code, "pupils"), one):
                (key,) = keys({name: one})
                members[name.encode()] = fingerprint(key, year, one.before if year == "2021" else one.after)
        if len(members) >= 5:
            figures = {cell[4]: text for cell, text in published.means.items() if cell[1:4] == (group, code, year)}
            found.append(Group(year, f"absence/{group}/{code}", members, figures))
    return tuple(found)


def is_in(cell: Cell, pupil: Pupil) -> bool:
    """Whether a pupil is counted in a cell."""
    if cell[0] == "absence":
        own = "non_participants" if pupil.variant is None else "participants"
        types = ["all"] + ([CATALOG[pupil.variant[0]][0]] if pupil.variant else [])
        return pupil.step == 4 and cell[1] == own and cell[2] in types
    if pupil.variant is None:
        return False
    if cell[0] == "participants":
        return all(
            one in ("all", own)
            for one, own in zip(cell[1:], (pupil.variant[0], pupil.variant, str(pupil.grade)), strict=True)
        )
    if cell[0] == "selections":
        return cell[1] in ("all", pupil.variant[0]) and cell[2] in pupil.chosen
    if cell[0] == "flow":
        step = int(cell[2])
        return {"left": pupil.step >= step, "in": pupil.step >= step - 1, "out": pupil.step == step - 1}[cell[1]]
    return any(other[0] != pupil.variant[0] for other in pupil.also)
