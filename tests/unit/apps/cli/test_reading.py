"""A file that cannot be read is reported with field, line and a stable code; values that are read are exact."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.cli.check import judged
from apps.cli.faults import FileFault
from apps.cli.main import main
from apps.cli.reading import MAX_BYTES, read
from libs.shared.rules.composition.plan import Plan

HEAD = "start: 2022-08-15\nefforts:\n  - variant: A1\n"


def written(tmp_path: Path, content: str | bytes, name: str = "plan.yaml") -> str:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(file)


@pytest.mark.parametrize(
    ("text", "pointer", "line", "code"),
    [
        (HEAD + "    grup_size: 3\n", "/efforts/0/grup_size", 4, "field.unknown"),
        (HEAD + "    minutes_per_session: -30\n", "/efforts/0/minutes_per_session", 4, "number.too_small"),
        (HEAD + "    grades: [5, 11]\n", "/efforts/0/grades/1", 4, "number.too_large"),
        (HEAD + "    grades:\n      - 5\n      - -1\n", "/efforts/0/grades/1", 6, "number.too_small"),
        (HEAD + "    weekly_amount: 10,5\n", "/efforts/0/weekly_amount", 4, "number.expected"),
        (HEAD + "    weeks: 10.5\n", "/efforts/0/weeks", 4, "integer.expected"),
        (HEAD + "    organisation: both\n", "/efforts/0/organisation", 4, "choice.unknown"),
        (HEAD + "    unit: hours\n", "/efforts/0/unit", 4, "choice.unknown"),
        (HEAD + "  - A2\n", "/efforts/1", 4, "object.expected"),
        (HEAD + "  - weeks: 2\n", "/efforts/1/variant", 4, "field.missing"),
        (HEAD + "last_day: 2022-08-14\n", "/last_day", 4, "plan.ends_before_start"),
        (HEAD + "last_day: 2023-02-29\n", "/last_day", 4, "date.expected"),
        (HEAD + "last_day: 2022-8-20\n", "/last_day", 4, "date.expected"),
        (HEAD + "rooms: måske\n", "/rooms", 4, "boolean.expected"),
        ("start: 20220815\nefforts: [{variant: A1}]\n", "/start", 1, "date.expected"),
        ("start: 2022-08-15\nefforts: []\n", "/efforts", 2, "list.too_short"),
        ("start: 2022-08-15\nefforts:\n", "/efforts", 2, "list.expected"),
        ("efforts: [{variant: A1}]\n", "/start", 1, "field.missing"),
        ("- start: 2022-08-15\n", "", 1, "object.expected"),
        ("only words\n", "", 1, "object.expected"),
        (HEAD + "    weeks: 2\n    weeks: 3\n", "/efforts/0/weeks", 5, "field.repeated"),
        (HEAD + "start: 2022-08-15\n", "/start", 4, "field.repeated"),
        (HEAD + "   weeks: 3\n", "", 4, "yaml.invalid"),
        ("start: 2022-08-15\nefforts: [\n", "", 3, "yaml.invalid"),
        ('start: "2022-08-15\n', "", 2, "yaml.invalid"),
        ("start: 2022-08-15\n? [a, b]\n: c\n", "", 2, "yaml.invalid"),
        ("start: 2022-08-15\n\x00\n", "", 2, "yaml.invalid"),
        ("start: 2022-08-15\n---\nstart: 2022-08-15\n", "", 2, "yaml.invalid"),
        ("start: &day 2022-08-15\nend: *day\n", "", 1, "yaml.anchor"),
        ("", "", None, "file.empty"),
        (" \n\n", "", None, "file.empty"),
    ],
)
def test_a_fault_of_yaml_names_its_field_its_line_and_its_code(
    tmp_path: Path, text: str, pointer: str, line: int | None, code: str
) -> None:
    with pytest.raises(FileFault) as refused:
        judged(written(tmp_path, text), at_start=False)
    (fault,) = refused.value.faults
    assert (fault.pointer, fault.line, fault.code) == (pointer, line, code)
    assert fault.messages.da
    assert fault.messages.en
    assert fault.messages.da != fault.messages.en


@pytest.mark.parametrize(
    ("text", "pointer", "line", "code"),
    [
        ('{"start": "2022-08-15",\n "efforts": [}', "", 2, "json.invalid"),
        ('{"start": "2022-08-15", "start": "2022-08-16"}', "/start", None, "field.repeated"),
        ('{"efforts": [{"variant": "A1", "weeks": 1, "weeks": 2}]}', "/efforts/0/weeks", None, "field.repeated"),
        ('{"start": 1' + "0" * 5000 + "}", "", None, "json.invalid"),
        ('{"start": ' + "[" * 100_000 + "}", "", None, "file.too_deep"),
        ('{"start": "2022-08-15", "efforts": [{"variant": "A1", "weekly_amount": NaN}]}', "/efforts/0/weekly_amount",
         None, "number.expected"),
    ],
)  # fmt: skip
def test_a_fault_of_json_names_its_field_and_its_code(
    tmp_path: Path, text: str, pointer: str, line: int | None, code: str
) -> None:
    with pytest.raises(FileFault) as refused:
        judged(written(tmp_path, text, "plan.json"), at_start=False)
    (fault,) = refused.value.faults
    assert (fault.pointer, fault.line, fault.code) == (pointer, line, code)


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        (HEAD.encode() + "# små grupper\n".encode("latin-1"), 4, "text.encoding"),
        (HEAD.encode("utf-16"), 1, "text.encoding"),
        (b"#" * (MAX_BYTES + 1), None, "file.too_large"),
        (b"start: " + b"[" * 100_000, None, "file.too_deep"),
    ],
)
def test_a_file_that_is_no_text_of_a_plan_is_refused_as_a_whole(
    tmp_path: Path, content: bytes, line: int | None, code: str
) -> None:
    with pytest.raises(FileFault) as refused:
        read(written(tmp_path, content))
    (fault,) = refused.value.faults
    assert (fault.pointer, fault.line, fault.code) == ("", line, code)


def test_a_file_that_is_not_there_is_one_line_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "none.yaml")
    for file in (missing, str(tmp_path)):
        assert main(["check", file]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"{file}: (file): file.unreadable: Filen findes ikke eller kan ikke læses.")
        assert line.endswith(" / The file does not exist or cannot be read. Check the path and the permissions.")


def test_every_fault_has_its_line_in_the_order_of_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, "start: 2022-02-30\nefforts:\n  - variant: A1\n    weeks: -1\n    grades: [11]\nrom: 1\n")
    assert main(["check", file]) == 2
    said = [line.split(": ")[:3] for line in capsys.readouterr().err.splitlines()]
    assert said == [
        [f"{file}:1", "/start", "date.expected"],
        [f"{file}:4", "/efforts/0/weeks", "number.too_small"],
        [f"{file}:5", "/efforts/0/grades/0", "number.too_large"],
        [f"{file}:6", "/rom", "field.unknown"],
    ]


def test_what_looks_like_a_cpr_number_is_not_repeated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", written(tmp_path, HEAD + "    610112-0001: Ada\n")]) == 2
    said = capsys.readouterr().err
    assert "/efforts/0/?: field.unknown" in said
    assert "610112" not in said


def test_a_byte_order_mark_and_dates_in_quotes_are_read(tmp_path: Path) -> None:
    text = "\ufeffstart: '2022-08-15'\nlast_day: 2023-06-23\nefforts: [{variant: A1, weeks: 020}]\nanchoring: ~\n"
    plan = Plan.model_validate(read(written(tmp_path, text)).value)
    assert (plan.start.isoformat(), str(plan.last_day)) == ("2022-08-15", "2023-06-23")
    assert (plan.efforts[0].weeks, plan.anchoring) == (20, None)


def _read_back(tmp_path: Path, name: str, text: str) -> Any:
    return Plan.model_validate(read(written(tmp_path, text, name)).value).efforts[0].weekly_amount


@given(amount=st.decimals(0, 10_000, places=4).map(lambda each: each.normalize()).filter(lambda d: len(str(d)) <= 8))
def test_a_number_is_the_exact_decimal_that_was_written(
    tmp_path_factory: pytest.TempPathFactory, amount: Decimal
) -> None:
    folder, plain = tmp_path_factory.mktemp("plan"), format(amount, "f")
    assert str(_read_back(folder, "plan.yaml", f"{HEAD}    weekly_amount: {plain}\n")) == plain
    text = f'{{"start": "2022-08-15", "efforts": [{{"variant": "A1", "weekly_amount": {plain}}}]}}'
    assert str(_read_back(folder, "plan.json", text)) == plain
