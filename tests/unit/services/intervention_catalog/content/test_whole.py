"""The packaged content and its counts."""

from collections import Counter
from typing import Any

from services.intervention_catalog.content.files import read_content
from services.intervention_catalog.content.models.trial_actions import TrialStatus
from tests.unit.services.intervention_catalog.content.conftest import ContentFolder


def test_the_packaged_content_is_whole(folder: ContentFolder) -> None:
    report = folder.report()
    assert report.faults == ()
    assert report.lines()[:7] == [
        "intervention types: 5 (9 variants)",
        "support levels: 6",
        "trial actions: 24",
        "recommendation bullets: 97 under 94 numbers",
        "missing translations: 0",
        "differences from the inventory: 0",
        "references that lead nowhere: 0",
    ]


def test_without_the_sources_the_report_says_that_the_wording_is_not_checked(folder: ContentFolder) -> None:
    assert "texts sharing words with a source: not checked, the sources are not given" in folder.report().lines()


def test_a_bullet_lost_from_content_and_inventory_alike_is_still_missed(folder: ContentFolder) -> None:
    def drop_last(data: Any) -> None:
        bullets = data["recommendations"]
        del (bullets["items"] if isinstance(bullets, dict) else bullets)[-1]

    folder.change("recommendations.yaml", drop_last)
    folder.change("inventory.yaml", drop_last)
    assert folder.faults() == [
        "count: recommendations: 96 where 97 are expected",
        "count: numbers: 93 where 94 are expected",
    ]


def test_a_level_too_few_is_counted(folder: ContentFolder) -> None:
    folder.change("support_levels.yaml", lambda data: data["support_levels"].pop())
    assert folder.faults() == ["count: levels: 5 where 6 are expected"]


def test_four_numbers_stand_at_two_bullets_each_and_one_bullet_has_two_numbers(folder: ContentFolder) -> None:
    bullets = read_content(folder.path).recommendations.recommendations
    times = Counter(number for each in bullets for number in each.numbers)
    assert {number for number, count in times.items() if count == 2} == {"5.1.3.e", "5.1.8.b", "5.3.2.d", "5.3.5.g"}
    assert max(times.values()) == 2
    assert [each.id for each in bullets if len(each.numbers) > 1] == ["5.1.1.e.box"]


def test_the_actions_are_of_fourteen_municipalities_and_tell_also_of_what_did_not_work_out(
    folder: ContentFolder,
) -> None:
    actions = read_content(folder.path).trial_actions.trial_actions
    assert len({each.municipality.code for each in actions}) == 14
    assert [each.id for each in actions if each.status is TrialStatus.STOPPED] == ["vordingborg-svend-goenge"]
