import re

from libs.shared.base.municipalities import SOURCE, is_municipality, municipality_name, municipality_names
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


def test_known_municipalities_have_their_codes() -> None:
    """The first and the last, the smallest island, one with a hyphen, and those whose names have other spellings."""
    known = {
        "101": "København",
        "147": "Frederiksberg",
        "169": "Høje-Taastrup",
        "400": "Bornholm",
        "480": "Nordfyns",
        "492": "Ærø",
        "751": "Aarhus",
        "773": "Morsø",
        "825": "Læsø",
        "860": "Hjørring",
    }
    assert known.items() <= municipality_names().items()


def test_christiansoe_and_former_municipalities_have_no_municipality() -> None:
    """411 is administered by the state; 401 (Allinge-Gudhjem), 493 (Ærøskøbing) and 443 (Marstal) were joined."""
    assert not any(map(is_municipality, ("411", "401", "443", "493", "000", "999")))
    assert all(map(is_municipality, municipality_names()))


def test_the_source_of_the_list_is_stated() -> None:
    assert SOURCE.address.startswith("https://www.dst.dk/")
    assert SOURCE.valid_from.isoformat() == "2007-01-01"
    assert SOURCE.checked_on > SOURCE.valid_from
