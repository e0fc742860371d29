"""The AsyncAPI document is made from the models, is complete, and the copy in docs/ is up to date."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from libs.shared.contracts.__main__ import ASYNCAPI, main
from libs.shared.contracts.asyncapi import document
from libs.shared.contracts.frozen import as_text
from libs.shared.contracts.topics import TOPICS

ROOT = Path(__file__).parents[5]


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_the_document_in_docs_is_the_one_that_would_be_made_now() -> None:
    assert (ROOT / ASYNCAPI).read_text(encoding="utf-8") == as_text(document())


def test_every_reference_leads_somewhere() -> None:
    whole = document()
    for reference in references(whole):
        found: Any = whole
        for name in reference.removeprefix("#/").split("/"):
            found = found[name]
        assert found


def test_each_topic_is_a_channel_sent_by_its_producer_and_received_by_its_consumers() -> None:
    whole = document()
    assert whole["channels"].keys() == TOPICS.keys()
    for topic in TOPICS.values():
        assert whole["operations"][f"{topic.producer}.sends.{topic.name}"]["action"] == "send"
        for group in topic.consumers:
            assert whole["operations"][f"{group}.receives.{topic.name}"]["action"] == "receive"


def test_the_commands_write_the_document_and_find_all_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "made" / "asyncapi.json"
    assert main(["asyncapi", "--to", str(target)]) == 0
    assert json.loads(target.read_text())["asyncapi"] == "3.0.0"
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 1
    assert "out of date" in capsys.readouterr().out
    assert main(["asyncapi"]) == 0
    assert main(["check"]) == 0


def test_make_contracts_writes_a_document_that_is_out_of_date(tmp_path: Path) -> None:
    commands = tmp_path / "venv" / "bin"
    commands.mkdir(parents=True)
    python = commands / "python"
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    stale = tmp_path / ASYNCAPI
    for file in (stale, tmp_path / "requirements" / "dev.txt", tmp_path / "venv" / "dev.installed"):
        file.parent.mkdir(exist_ok=True)
        file.touch()

    command = ["make", "-f", str(ROOT / "Makefile"), "-C", str(tmp_path), "VENV=venv", "contracts"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert made.returncode == 0, made.stdout + made.stderr
    assert stale.read_text(encoding="utf-8") == as_text(document())
