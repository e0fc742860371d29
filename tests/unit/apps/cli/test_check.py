"""``skoleloeft check``: its output and its exit codes."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from apps.cli.main import main
from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.plan_check import PlanJudgement, judge_plan

ROOT = Path(__file__).parents[4]
TAUGHT = {"replaces_ordinary_teaching": False, "collides_with_ordinary_teaching": False}
WHOLE: dict[str, Any] = {
    "start": "2022-08-15",
    "efforts": [
        {"variant": "A1", "organisation": "stations", "weekly_amount": 10.5, "unit": "lessons", "weeks": 20, **TAUGHT},
        {"variant": "E1", "packages": 6, "weeks": 16, "grades": [5], "parents_informed": True, **TAUGHT},
    ],
    **dict.fromkeys(("anchoring", "communication", "daily_responsibility", "substitutes", "rooms"), True),
    **dict.fromkeys(("staff_and_parents_informed", "joint_planning", "running_evaluation"), True),
    "competence_development": True,
    "uses_external_suppliers": False,
}


def changed(**more: Any) -> dict[str, Any]:
    return {**WHOLE, **more}


def effort(place: int, **more: Any) -> dict[str, Any]:
    efforts = [each | more if index == place else each for index, each in enumerate(WHOLE["efforts"])]
    return changed(efforts=efforts)


def check(tmp_path: Path, plan: dict[str, Any], *options: str) -> int:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    return main(["check", str(file), *options])


def test_a_plan_that_keeps_every_rule_may_be_submitted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(tmp_path, WHOLE) == 0
    said = capsys.readouterr()
    assert said.out.startswith("Planen kan indsendes.\n\nSammensætning, composition-2021 v1\n")
    assert "nået  A1  /efforts/0  Planlagt er 10,5 lektioner pr. uge i 20 uger" in said.out
    assert said.err == ""


@pytest.mark.parametrize(
    ("plan", "options", "said"),
    [
        (effort(0, replaces_ordinary_teaching=True), [], (1, "  Ret: C-NOT-REPLACE")),
        (effort(0, variant="Z9"), [], (1, "  Ret: C-CATALOG")),
        (changed(anchoring=None), [], (1, "  Besvar: C-ANCHOR")),
        (changed(anchoring=None), ["--language", "en"], (1, "  Answer: C-ANCHOR")),
        (changed(joint_planning=False), [], (0, "  Begrund skriftligt: C-PLAN")),
        (changed(joint_planning=False), ["--language", "en"], (0, "  Give a written reason for: C-PLAN")),
        (changed(uses_external_suppliers=True), [], (0, "Planen kan indsendes.")),
        (effort(0, weeks=19), [], (0, "Planen kan indsendes.")),
        (effort(1, parents_informed=False), [], (0, "  Begrund skriftligt: C-PARENTS")),
        (effort(1, parents_informed=False), ["--at-start"], (1, "  Ret: C-PARENTS")),
    ],
)
def test_only_an_error_that_is_violated_or_unanswered_makes_the_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], plan: dict[str, Any], options: list[str], said: tuple[int, str]
) -> None:
    assert check(tmp_path, plan, *options) == said[0]
    assert said[1] in capsys.readouterr().out.splitlines()


def test_errors_come_first_and_every_verdict_has_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = effort(0, replaces_ordinary_teaching=True) | {"rooms": None, "joint_planning": False}
    assert check(tmp_path, plan, "--language", "en") == 1
    composition, dosage = capsys.readouterr().out.split("\n\n")[1:]
    marks = [line[2:16].strip() for line in composition.splitlines()[1:]]
    assert marks[:3] == ["ERROR", "UNANSWERED", "WARNING"]
    ranks = ["ERROR", "UNANSWERED", "WARNING", "unknown", "note", "met", "not applicable"]
    assert marks == sorted(marks, key=ranks.index)
    judged = judged_by_hand(plan)
    assert (len(marks), len(dosage.splitlines()) - 1) == (len(judged.composition), len(judged.dosage))
    for verdict in (*judged.composition, *judged.dosage):
        assert verdict.reason.en in composition + dosage


def judged_by_hand(plan: dict[str, Any]) -> PlanJudgement:
    composition, dosage = library_rule_set("composition-2021"), library_rule_set("dosage-2021")
    return judge_plan(composition, dosage, Plan.model_validate(plan), catalog_entries())


def test_json_is_the_judgement_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(tmp_path, WHOLE, "--format", "json") == 0
    assert PlanJudgement.model_validate_json(capsys.readouterr().out) == judged_by_hand(WHOLE)


def test_a_plan_before_the_rules_is_a_fault_of_its_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(tmp_path, changed(start="2020-12-31")) == 2
    assert ": /start: no_rule_in_force: Ingen version af regelsættet composition" in capsys.readouterr().err


def test_faults_as_json_are_a_document_on_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(tmp_path, effort(0, weeks=-1), "--format", "json") == 2
    said = capsys.readouterr()
    (fault,) = json.loads(said.out)["faults"]
    assert (fault["pointer"], fault["code"], fault["line"]) == ("/efforts/0/weeks", "number.too_small", None)
    assert said.err == ""


def test_without_a_command_the_help_is_shown_and_the_exit_code_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "check" in capsys.readouterr().out
    assert main(["judge"]) == 2


def test_standard_input_is_read_as_yaml_or_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in (json.dumps(WHOLE), json.dumps(WHOLE, indent="\t"), "start: 2022-08-15\nefforts: [{variant: B}]\n"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert main(["check", "-"]) in {0, 1}
        assert "composition-2021" in capsys.readouterr().out


def test_the_module_is_the_command_and_writes_utf_8_where_the_terminal_does_not() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "apps.cli", "check", "docs/examples/plan.yaml"],
        cwd=ROOT,
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert asked.returncode == 1
    assert "Sammensætning" in asked.stdout.decode("utf-8")
    assert asked.stderr == b""
