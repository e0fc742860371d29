import re

from libs.shared.base.municipalities import municipality_name, municipality_names
from services.intervention_catalog.content.files import packaged_folder, read_content


def test_there_are_98_municipalities_in_order_each_with_a_code_and_a_name_of_its_own() -> None:
    names = municipality_names()
    assert len(names) == len(set(names.values())) == 98
    assert list(names) == sorted(names)
    assert all(re.fullmatch("[1-8][0-9]{2}", code) for code in names)
    assert all(re.fullmatch("[A-ZÆØÅ][a-zæøå]+(-[A-ZÆØÅ][a-zæøå]+)?", name) for name in names.values())


def test_they_agree_with_the_municipalities_that_the_packaged_content_names() -> None:
    actions = read_content(packaged_folder()).trial_actions.trial_actions
    named = {each.municipality.code: each.municipality.name for each in actions}
    assert len(named) == 14
    assert named == {code: municipality_name(code) for code in named}


def test_a_code_that_is_no_municipality_has_a_neutral_label() -> None:
    assert municipality_name("199") == "Kommune 199"
    assert municipality_name("411") == "Kommune 411"
