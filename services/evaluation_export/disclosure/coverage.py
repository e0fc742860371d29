"""What a reader knows of the places in courses."""

from services.evaluation_export.disclosure.knowledge import Knowledge, plus, times
from services.evaluation_export.disclosure.reading import Tables
from services.evaluation_export.disclosure.release import Cell
from services.evaluation_export.disclosure.rules import DisclosureRules

STATED, ENROLLED, IDENTIFIED = "stated", "enrolled", "identified"


def add_places(known: Knowledge, tables: Tables, rules: DisclosureRules, kept: frozenset[Cell]) -> None:
    """Everybody enrolled has a place, those of several types have another one, and one who leaves for want of a CPR
    number has places that are not identified. A printed number of places reveals that five pupils have them.
    """
    if not tables.places:
        return
    places = {code: known.counts["coverage", code] for code in (STATED, ENROLLED, IDENTIFIED)}
    everyone, several = known.counts["flow", "left", "0"], known.counts["several_types",]
    numbered, without = known.counts["flow", "left", "1"], known.counts["flow", "out", "1"]
    add = known.programme.row_if_true
    add(plus(places[ENROLLED], times(-1, everyone), times(-1, several)), name="a place for each")
    add(plus(places[IDENTIFIED], times(-1, numbered)), name="a place for each with a number")
    unidentified = plus(places[ENROLLED], times(-1, places[IDENTIFIED]))
    add(plus(unidentified, times(-1, without)), name="a place for each without a number")
    for code, persons in ((STATED, everyone), (ENROLLED, everyone), (IDENTIFIED, numbered)):
        cell = ("coverage", code)
        if tables.places[cell] is not None and cell not in kept:
            add(persons, rules.threshold, cells=[cell], name=f"persons of {code} places")
