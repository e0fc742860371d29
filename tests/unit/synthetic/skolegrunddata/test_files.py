"""The XML files themselves: well-formed in every package, reproducible, and of numbers that are nobody's."""

import hashlib
import re
import tracemalloc
from pathlib import Path
from xml.etree import ElementTree

import pytest

from synthetic.__main__ import main
from synthetic.skolegrunddata import files
from synthetic.skolegrunddata.packages import PACKAGES


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_is_well_formed_and_has_as_many_elements_as_it_says(tmp_path: Path, package: str) -> None:
    for one in files.write(tmp_path, code="101", pupils=300, seed=7, packages=(package,)):
        found = ElementTree.fromstring((tmp_path / one.path).read_bytes())  # noqa: S314 - a file of ours
        names = [each.tag.rpartition("}")[2] for each in found.iter()]
        assert PACKAGES[package].root in names
        assert (names.count("Group"), names.count("InstitutionPerson")) == (one.groups, one.persons)
        assert names.count("ContactPerson") == one.ignored.get("contact_persons", 0)
        numbers = [each.text or "" for each in found.iter() if each.tag.endswith("CivilRegistrationNumber")]
        assert bool(numbers) is PACKAGES[package].identities
        assert all(int(number[:2]) > 60 for number in numbers if re.fullmatch("[0-9]{10}", number))


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in "ab":
        files.write(tmp_path / folder, code="101", pupils=60, seed=7)
    first, second = (
        {path.name: hashlib.sha256(path.read_bytes()).digest() for path in (tmp_path / folder).iterdir()}
        for folder in "ab"
    )
    assert first == second


def test_memory_does_not_grow_with_the_pupils(tmp_path: Path) -> None:
    most = []
    for pupils in (300, 1500):
        tracemalloc.start()
        files.write(tmp_path / str(pupils), code="101", pupils=pupils, seed=7, years=(1,))
        most.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert most[1] < most[0] + 300_000


def test_the_command_writes_the_packages_that_are_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["skolegrunddata", "--out", str(tmp_path), "--pupils", "60", "--package", "import", "--clean"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert all(": import, " in line and line.endswith(" 0 refused") for line in lines)
    assert main(["skolegrunddata", "--out", str(tmp_path), "--pupils", "1"]) == 2
