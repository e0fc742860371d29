"""The check with sources: invented ones that fit the packaged inventory, with planted faults."""

from pathlib import Path

import pytest

from services.intervention_catalog.content.checks.against_sources import runs_of, shingles_of
from services.intervention_catalog.content.files import packaged_folder, read_content
from services.intervention_catalog.content.models.inventory import Addressed
from services.intervention_catalog.content.source_text import (
    SourceMissing,
    SourceText,
    joined,
    read_sources,
    words_of,
)
from tests.unit.services.intervention_catalog.content.conftest import ContentFolder, item

_HEADINGS = {
    Addressed.MINISTER: "Ekspertgruppen anbefaler, at ministeren:",
    Addressed.MUNICIPAL_COUNCIL: "Ekspertgruppen anbefaler, at kommunalbestyrelsen:",
    Addressed.NOBODY_NAMED: "Ekspertgruppen anbefaler, at:",
    Addressed.BOX: "Ekspertgruppens anbefalinger til understøttelse og inspiration:",
}


def invented() -> dict[str, list[str]]:
    """Lines with exactly the entries of the packaged inventory, at its line numbers."""
    inventory = read_content(packaged_folder()).inventory
    lines = {file: [""] * 3000 for file in ("000", "001", "002", "003", "004")}
    for action in inventory.trial_actions.items:
        name = f"{action.municipality} Kommune" + (f" – {action.school}" if action.school else "")
        lines["002"][action.listed_at - 1] = f"• {name}: en titel"
        lines["002"][action.lines[0] - 1] = name
    section, addressed = "3.1", None
    for one in inventory.recommendations.items:
        first, last = one.lines
        # A bullet right after another one shares its heading and section.
        if one.addressed != addressed or one.section != section:
            lines["003"][first - 2] = _HEADINGS[one.addressed]
        if one.section != section:
            lines["003"][first - 3] = f"{one.section}\tEt afsnit"
        section, addressed = one.section, one.addressed
        lines["003"][first - 1] = "▪ "
        lines["003"][last - 1] += f"({' og '.join(one.numbers)})"
    return lines


def sources(lines: dict[str, list[str]]) -> dict[str, SourceText]:
    return {file: SourceText(file, tuple(text)) for file, text in lines.items()}


def test_an_inventory_that_the_sources_bear_out_has_no_fault(folder: ContentFolder) -> None:
    assert folder.faults(sources(invented())) == []
    assert "texts sharing words with a source: 0" in folder.report(sources(invented())).lines()


def test_a_bullet_of_the_source_that_the_inventory_lacks_is_found(folder: ContentFolder) -> None:
    lines = invented()
    lines["003"][2399] = "▪ Noget nyt (5.9.9.z)"
    assert folder.faults(sources(lines)) == [
        "differences between inventory and sources: 003, line 2400: the inventory lacks 5.9.9.z.box as it is there"
    ]


def test_a_bullet_of_the_inventory_that_is_not_in_the_source_is_found(folder: ContentFolder) -> None:
    lines = invented()
    lines["003"][2346] = ""
    assert folder.faults(sources(lines)) == [
        "differences between inventory and sources: inventory, 5.1.6.h.box: is not so in 003, line 2347"
    ]


def test_an_action_that_stands_on_another_line_is_found(folder: ContentFolder) -> None:
    lines = invented()
    lines["002"][1254], lines["002"][1259] = "", lines["002"][1254]
    assert folder.faults(sources(lines)) == [
        f"differences between inventory and sources: 002, line {line}: "
        "Sorø, None: not the same in the inventory and in the source"
        for line in (1255, 1260)
    ]


def test_a_reference_past_the_end_of_a_source_is_found(folder: ContentFolder) -> None:
    lines = invented()
    lines["004"] = lines["004"][:1000]
    assert folder.faults(sources(lines)) == [
        "differences between inventory and sources: support_levels[3T].sources[1]: 004 has 1000 lines and no line 1128"
    ]


def test_eight_words_in_a_row_from_a_source_are_found_across_its_line_ends(folder: ContentFolder) -> None:
    folder.change(
        "trial_actions.yaml",
        lambda data: item(data, "trial_actions", "odder")["done"].update(
            da="Vi ved, at hesten gik langsomt over broen sammen med kusken i går."
        ),
    )
    lines = invented()
    lines["001"][10:12] = ["Men Hesten gik lang-", "somt over broen – sammen med kusken hjem"]
    assert folder.faults(sources(lines)) == [
        "texts sharing words with a source: trial_actions[odder].done.da: "
        "shares “hesten gik langsomt over broen sammen med kusken” with 001"
    ]
    lines["001"][11] = "somt over broen sammen med en kusk"
    assert folder.faults(sources(lines)) == []


def test_a_number_of_a_rule_is_compared_as_it_is_shown(folder: ContentFolder) -> None:
    lines = invented()
    lines["000"][0] = "Mindst 2 lektioner om ugen i 16 uger"
    assert folder.faults(sources(lines)) == [
        "texts sharing words with a source: intervention_types[B].variants[B].minimum.da: "
        "shares “mindst 2 lektioner om ugen i 16 uger” with 000"
    ]


def test_words_are_compared_without_case_and_punctuation() -> None:
    assert words_of("Så: »Gå«, sagde 2 – hun!") == ["så", "gå", "sagde", "2", "hun"]
    assert joined("sam-\n\n arbejde og 10-\t\n14") == "samarbejde og 1014"
    assert list(runs_of(["en"] * 7)) == []
    assert shingles_of(SourceText("000", ("en to tre fire", "fem seks syv otte"))) == {
        ("en", "to", "tre", "fire", "fem", "seks", "syv", "otte")
    }


def test_sources_are_found_by_number_and_their_lines_counted_at_line_feeds_alone(tmp_path: Path) -> None:
    (tmp_path / "002_ab.txt").write_text("en\fto\ntre\n", encoding="utf-8")
    assert read_sources(tmp_path, ["002"])["002"].lines == ("en\fto", "tre", "")
    with pytest.raises(SourceMissing, match=r"0 files named 003_\*\.txt"):
        read_sources(tmp_path, ["002", "003"])
    (tmp_path / "002_cd.txt").write_text("", encoding="utf-8")
    with pytest.raises(SourceMissing, match=r"2 files named 002_\*\.txt"):
        read_sources(tmp_path, ["002"])
