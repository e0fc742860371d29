"""Events are made only in the ``events.py`` of their room."""

import ast
from pathlib import Path

SERVICE = Path("services/registration")
CONTRACTS = "libs.shared.contracts.registration"


def made_in(source: str) -> set[str]:
    """The events of this service's contracts that a file makes: by their constructor or by validating."""
    tree = ast.parse(source)
    contracts = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == CONTRACTS
        for name in node.names
    }
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [each.value if isinstance(each, ast.Attribute) else each for each in called]
    made = {each.id for each in named if isinstance(each, ast.Name) and each.id in contracts}
    tombstones = {each.attr for each in called if isinstance(each, ast.Attribute) and each.attr == "tombstone"}
    return made | tombstones


def test_events_are_made_in_events_files_alone() -> None:
    born = {path: made_in(path.read_text("utf-8")) for path in SERVICE.rglob("*.py")}
    assert {str(path): made for path, made in born.items() if made and path.name != "events.py"} == {}
    told = set().union(*(made for path, made in born.items() if path.name == "events.py"))
    assert told == {
        *("MunicipalityChanged", "SchoolChanged", "ClassChanged", "CalendarChanged", "PupilChanged"),
        *("ProjectChanged", "EnrolmentChanged", "DosageChanged", "ScreeningChanged", "tombstone"),
    }


def test_an_event_that_a_query_makes_would_be_found() -> None:
    assert made_in(f"from {CONTRACTS} import SchoolChanged\nSchoolChanged.model_validate({{}})") == {"SchoolChanged"}
    assert made_in(f"from {CONTRACTS} import SchoolChanged\ndef f() -> SchoolChanged: ...") == set()
