"""`search-quality` as people type it; it needs no database and no settings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.intervention_catalog.content.files import packaged_folder, read_content, read_file
from services.intervention_catalog.content.models.queries import QueriesFile
from services.intervention_catalog.search.index.packaged_documents import packaged_documents
from services.intervention_catalog.search.quality.command import search_quality_command
from services.intervention_catalog.wiring import SERVICE

GOOD = "queries:\n  - {text: bogpakker, manner: everyday, right: [intervention_type/E]}\n"
BAD = GOOD + "  - {text: kvantefysik, manner: everyday, right: [intervention_type/E]}\n"


def written(folder: Path, text: str) -> str:
    file = folder / "asked.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_the_development_queries_reach_the_figures() -> None:
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "services.intervention_catalog", "search-quality"],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("development.yaml")


def test_every_right_answer_of_the_packaged_queries_is_a_document_and_no_query_stands_twice() -> None:
    keys = {each.key for each in packaged_documents(read_content(packaged_folder()))}
    for file in (packaged_folder() / "queries").iterdir():
        queries = read_file(packaged_folder() / "queries", file.name, QueriesFile).queries
        assert {key for each in queries for key in each.right} <= keys, file.name
        assert len({each.text for each in queries}) == len(queries), file.name


def test_a_file_below_the_least_returns_one_and_says_which(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert search_quality_command(SERVICE, [written(tmp_path, BAD)]) == 1
    out = capsys.readouterr().out
    assert "missed (not found, everyday): kvantefysik\n" in out
    assert out.endswith("asked.yaml: below 0.9\n")


def test_the_least_is_for_each_to_choose(tmp_path: Path) -> None:
    assert search_quality_command(SERVICE, [written(tmp_path, BAD), "--least", "0.5"]) == 0
    assert search_quality_command(SERVICE, ["--least", "0.51", written(tmp_path, BAD)]) == 1
    assert search_quality_command(SERVICE, ["--least", "1", written(tmp_path, GOOD)]) == 0


@pytest.mark.parametrize(
    "words", [["--most", "1"], ["--least"], ["--least", "x"], ["--least", "1.1"], ["--least", "1/0"]]
)
def test_words_that_are_not_understood_show_the_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert search_quality_command(SERVICE, words) == 2
    assert "search-quality [FILE…] [--least SHARE]" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["queries: []\n", "queries: [", "asked: 1\n"])
def test_a_file_that_cannot_be_read_is_an_error_and_no_traceback(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert search_quality_command(SERVICE, [written(tmp_path, text)]) == 1
    assert capsys.readouterr().err.startswith("not measured: asked.yaml: ")


def test_a_file_that_is_missing_is_an_error_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert search_quality_command(SERVICE, ["/nowhere/asked.yaml"]) == 1
    assert capsys.readouterr().err.startswith("not measured: asked.yaml: ")
