"""The plan in the guide's example can be read, and the guide shows the real output for it."""

import re
from pathlib import Path

import pytest

from apps.cli.main import main

ROOT = Path(__file__).parents[4]
GUIDE = ROOT / "docs" / "guides" / "rules.md"


def test_the_guide_shows_what_the_command_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    shown = re.search(r"```\n\$ skoleloeft ([^\n]+)\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    assert main(shown[1].split()) == 1
    printed = capsys.readouterr().out
    # The guide omits rules that are not applicable, and cuts long reasons at "[…]".
    lines = iter(printed.splitlines())
    for line in shown[2].splitlines():
        start, cut, _ = line.partition(" […]")
        assert any(start == each or (cut and each.startswith(start)) for each in lines), line


def test_the_fault_of_the_guide_is_the_one_that_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "docs" / "examples" / "plan.yaml").read_text(encoding="utf-8")
    file = tmp_path / "plan.yaml"
    file.write_text(text.replace("weekly_amount: 10.5", "weekly_amount: 10,5"), encoding="utf-8")
    assert main(["check", str(file)]) == 2
    said = capsys.readouterr().err.strip().removeprefix(f"{tmp_path}/")
    shown = re.search(r"^plan\.yaml:.*$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert shown is not None
    pattern = ".*".join(re.escape(part) for part in shown[0].split("[…]"))
    assert re.fullmatch(pattern, said), said
