"""The page in ``docs`` agrees with the rule data."""

from pathlib import Path

import pytest

from libs.shared.rules.__main__ import main

PAGE = Path(__file__).parents[5] / "docs" / "source-differences.md"


def test_the_page_is_written_from_the_rule_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["differences"]) == 0
    written = capsys.readouterr().out
    assert PAGE.read_text(encoding="utf-8") == written, (
        "python -m libs.shared.rules differences > docs/source-differences.md"
    )


@pytest.mark.parametrize("arguments", [[], ["check"], ["differences", "more"]])
def test_another_command_prints_the_usage_and_fails(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("usage: python -m libs.shared.rules differences")
