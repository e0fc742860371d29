"""The frozen schemas and examples agree with the models, and breaking changes are found."""

import json
import shutil
from pathlib import Path
from typing import ClassVar

import jsonschema
import pytest

from libs.shared.contracts.frozen import FROZEN, as_text, check, check_against, freeze, read_examples, schema_path
from libs.shared.contracts.registry import MODELS
from libs.shared.contracts.schemas import name_of, schema_of
from libs.shared.contracts.state import PREFIX, State

every_model = pytest.mark.parametrize("model", MODELS, ids=name_of)


class Before(State):
    TYPE: ClassVar[str] = PREFIX + "registration.example.changed"
    TOPIC: ClassVar[str] = "registration.example"
    KEY: ClassVar[str] = "{name}"
    name: str


def test_the_frozen_files_agree_with_the_models() -> None:
    assert check() == []


def test_nothing_lies_in_the_frozen_folder_that_no_model_owns() -> None:
    owned = {f"{name_of(model)}.{kind}.json" for model in MODELS for kind in ("schema", "examples")}
    assert {path.name for path in FROZEN.iterdir()} == owned


@every_model
def test_every_frozen_example_fits_its_frozen_schema(model: type[State]) -> None:
    schema = json.loads(schema_path(model).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for example in read_examples(model):
        validator.validate(example["value"])
        assert example["headers"]["ce_subject"] == example["key"]


@every_model
def test_the_examples_of_an_event_do_not_repeat_an_id(model: type[State]) -> None:
    ids = [example["headers"]["ce_id"] for example in read_examples(model)]
    assert len(ids) == len(set(ids)) >= 2


def test_freezing_writes_an_additive_change_and_refuses_any_other(tmp_path: Path) -> None:
    class Wider(Before):
        note: str | None = None

    class Broken(Before):
        weight: int

    assert freeze([Before], tmp_path) == []
    assert freeze([Wider], tmp_path) == []
    assert json.loads(schema_path(Before, tmp_path).read_text()) == schema_of(Wider)
    refused = freeze([Broken], tmp_path)
    assert any("/note: removed" in line for line in refused)
    assert any("/weight: added as required" in line for line in refused)
    assert json.loads(schema_path(Before, tmp_path).read_text()) == schema_of(Wider)


def test_a_check_names_what_is_missing_and_what_is_no_longer_read(tmp_path: Path) -> None:
    assert any("schema.json is missing" in line for line in check([Before], tmp_path))
    freeze([Before], tmp_path)
    assert check([Before], tmp_path) == [
        f"{name_of(Before)}.examples.json is missing; write at least 2 records of what really is sent"
    ]

    shutil.copytree(FROZEN, tmp_path / "copy")
    model = MODELS[0]
    path = tmp_path / "copy" / f"{name_of(model)}.examples.json"
    first, *others = json.loads(path.read_text())
    del first["value"]["aggregate_version"]
    path.write_text(as_text([first, *others]))
    (line,) = check([model], tmp_path / "copy")
    assert "[0] is no longer read" in line
    assert "aggregate_version" in line


def test_an_example_or_schema_that_vanished_since_a_release_is_found(tmp_path: Path) -> None:
    shutil.copytree(FROZEN, tmp_path / "release")
    shutil.copytree(FROZEN, tmp_path / "now")
    assert check_against(tmp_path / "release", tmp_path / "now") == []
    name = name_of(MODELS[0])
    path = tmp_path / "now" / f"{name}.examples.json"
    path.write_text(as_text(json.loads(path.read_text())[1:]))
    (tmp_path / "now" / f"{name}.schema.json").unlink()
    lines = check_against(tmp_path / "release", tmp_path / "now")
    assert len(lines) == 2
    assert any("removed; put it back" in line for line in lines)
