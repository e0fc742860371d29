"""The builder and the audit together: only what the audit finds is hidden."""

import msgspec
import pytest

from services.evaluation_export.disclosure.audit import AuditTooSlow, audit
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate.building import build
from services.evaluation_export.products.aggregate.snapshot import Snapshot
from tests.disclosure.attacker.reading import rows
from tests.factories.bundles import zipped
from tests.unit.services.evaluation_export.orders import a_class, begins, country, files, order, pupil, without_audit

RULES = DisclosureRules()
TABLES = {
    "data/participants.csv": ("pupils",),
    "data/absence.csv": ("pupils", "mean_days"),
    "data/dosage.csv": ("courses",),
    "several_types.csv": ("pupils",),
    "population_flow.csv": ("pupils_in", "pupils_out", "pupils_left"),
}


def hardly_away() -> Snapshot:
    """27 pupils of A and three of C, with three days of unauthorised absence in all.

    The mean of all, 0.1, allows less than 0.15 × 32 = 4.8 days, which is also the limit for the three of C.
    """
    persons = tuple(
        msgspec.structs.replace(one, before=(*one.before[:2], int(one.person < 6)))
        for one in (pupil(number) for number in range(30))
    )
    return country(tuple(begins(number, "A1" if number < 27 else "C") for number in range(30)), persons)


def figures(bundle: bytes) -> dict[tuple[str, int, str], str]:
    """Every figure about pupils, by table, row and column."""
    return {
        (name, number, column): row[column]
        for name, columns in TABLES.items()
        for number, row in enumerate(rows(bundle, name))
        for column in columns
    }


def test_what_follows_from_all_tables_together_is_hidden_and_the_rest_stands() -> None:
    snapshot = hardly_away()
    before, after = figures(zipped(without_audit(snapshot))), figures(zipped(build(order(snapshot))))
    hidden = {place for place, text in before.items() if text != after[place]}
    assert hidden
    assert all(after[place] == "" for place in hidden)
    # Only means are hidden, because they reveal the days, and no number of pupils.
    assert {(name, column) for name, _, column in hidden} == {("data/absence.csv", "mean_days")}


def test_the_audit_is_satisfied_with_what_is_released_and_was_not_before() -> None:
    snapshot = hardly_away()
    assert audit(files(without_audit(snapshot)), snapshot, RULES, seconds=60)
    assert audit(files(build(order(snapshot))), snapshot, RULES, seconds=60) == ()


def test_tables_that_give_nothing_away_are_left_as_they_are() -> None:
    snapshot = a_class(40, 60)
    assert build(order(snapshot)).files == without_audit(snapshot).files


def test_a_hidden_group_is_kept_as_hidden_and_stays_so_in_the_next_delivery() -> None:
    snapshot = hardly_away()
    first = build(order(snapshot))
    second = build(order(snapshot, first.groups))
    assert second.files == first.files
    kept = {(group.period, group.name): group.figures for group in first.groups}
    assert None in kept["2021", "absence/participants/all"].values()


def test_what_was_released_already_may_stand_again_and_hiding_it_would_help_nobody() -> None:
    snapshot = hardly_away()
    careless = without_audit(snapshot)
    assert build(order(snapshot, careless.groups)).files == careless.files


def test_an_audit_without_time_releases_nothing() -> None:
    with pytest.raises(AuditTooSlow):
        build(msgspec.structs.replace(order(hardly_away()), audit_seconds=0.0))
