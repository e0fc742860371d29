"""Each term is in only one group, and each group has an effect."""

from typing import Any

import pytest

from services.intervention_catalog.content.files import ContentUnreadable, read_content
from tests.unit.services.intervention_catalog.content.conftest import ContentFolder


def clashes(folder: ContentFolder) -> list[str]:
    start = "synonyms that clash: "
    return [fault.removeprefix(start) for fault in folder.faults() if fault.startswith(start)]


def added(*terms: str, broader: tuple[str, ...] = (), name: str = "new") -> Any:
    def change(data: Any) -> None:
        data["synonyms"].append({"id": name, "terms": list(terms), "broader": list(broader)})

    return change


def test_the_packaged_groups_have_no_fault(folder: ContentFolder) -> None:
    assert clashes(folder) == []


@pytest.mark.parametrize("term", ["ppr", "PPR", "Skolepsykolog", "paedagogisk psykologisk raadgivning"])
def test_a_term_of_two_groups_is_found_however_it_is_written(folder: ContentFolder, term: str) -> None:
    folder.change("synonyms.yaml", added(term, "noget nyt"))
    [clash] = clashes(folder)
    assert clash.startswith("synonyms[ppr]: the term “")
    assert clash.endswith("” stands also in new")


def test_a_term_that_stands_twice_in_one_group_is_found(folder: ContentFolder) -> None:
    folder.change("synonyms.yaml", added("zebra", "Zebra"))
    assert clashes(folder) == ["synonyms[new]: the term “zebra” stands also in new"]


def test_a_group_of_one_term_is_found_and_one_with_a_broader_term_is_none(folder: ContentFolder) -> None:
    folder.change("synonyms.yaml", added("zebra"))
    assert clashes(folder) == ["synonyms[new]: has one term, and so says nothing"]
    folder.change("synonyms.yaml", lambda data: data["synonyms"][-1].update(broader=["dyr"]))
    assert clashes(folder) == []


def test_a_broader_term_may_be_another_groups(folder: ContentFolder) -> None:
    folder.change("synonyms.yaml", added("zebra", broader=("PPR",)))
    assert clashes(folder) == []


def test_a_term_that_is_broader_than_itself_is_found(folder: ContentFolder) -> None:
    folder.change("synonyms.yaml", added("zebra", broader=("Zebra",)))
    assert clashes(folder) == ["synonyms[new]: the term “Zebra” is broader than itself"]


def test_a_term_without_a_word_is_found(folder: ContentFolder) -> None:
    folder.change("synonyms.yaml", added("zebra", "–"))
    assert clashes(folder) == ["synonyms[new]: the term “–” has no word"]


def test_an_id_used_twice_is_found(folder: ContentFolder) -> None:
    folder.change("synonyms.yaml", added("zebra", "stribehest", name="ppr"))
    assert clashes(folder) == ["synonyms[ppr]: stands 2 times"]


def test_a_field_that_is_not_declared_is_refused(folder: ContentFolder) -> None:
    folder.change("synonyms.yaml", lambda data: data["synonyms"][0].update(narrower=["x"]))
    with pytest.raises(ContentUnreadable, match=r"^synonyms\.yaml: synonyms\.0\.narrower: "):
        read_content(folder.path)
