"""``skoleloeft check FILE…``: judges plans, project descriptions and data files by the packaged rules, before anything
is sent.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import TypeAdapter, ValidationError

from apps.cli import check_data, check_roster, check_snapshot, codes
from apps.cli.faults import FileFault, Place, of_model, whole
from apps.cli.printing import printed, printed_document
from apps.cli.reading import read
from apps.cli.wording import print_json
from libs.shared.base.date_window import DaysInside
from libs.shared.descriptions.document import ProjectDocument
from libs.shared.descriptions.judging import DocumentJudgement, of_parts
from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.composition.checks import FAMILY as COMPOSITION
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.dosage.stages import FAMILY as DOSAGE
from libs.shared.rules.errors import NoRuleInForce
from libs.shared.rules.library import library_rule_sets
from libs.shared.rules.plan_check import PlanJudgement, judge_plan
from libs.shared.rules.rule_sets import in_force
from libs.shared.web.validation import pointer

# mypy cannot infer the type from an annotation with a validator, so it is declared.
_PLAN: TypeAdapter[Plan] = TypeAdapter(Annotated[Plan, DaysInside])
_OF_DOCUMENTS = {"plan", "description", "school_ids"}
"""Fields of a project description that no plan has."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of the command. ``at_start`` is for plans; ``kind``, ``charset``, ``identifier`` and ``most`` are for
    data files.
    """

    at_start: bool
    kind: str | None
    charset: str
    identifier: str
    most: int
    language: str
    as_json: bool


def run(files: Sequence[str], wishes: Wishes) -> int:
    """Judge the files one after the other, each as a plan or as data; returns the highest of their exit codes."""
    return max(_judged(file, wishes) for file in files)


def _judged(file: str, wishes: Wishes) -> int:
    if wishes.kind is None and check_roster.is_roster(file):
        return check_roster.run(file, most=wishes.most, language=wishes.language, as_json=wishes.as_json)
    if wishes.kind is None and check_snapshot.is_snapshot(file):
        return check_snapshot.run(file, most=wishes.most, language=wishes.language, as_json=wishes.as_json)
    if wishes.kind is None and not check_data.is_data(file):
        return _check(file, at_start=wishes.at_start, language=wishes.language, as_json=wishes.as_json)
    return check_data.run(
        file,
        kind=wishes.kind,
        charset=wishes.charset,
        identifier=wishes.identifier,
        most=wishes.most,
        language=wishes.language,
        as_json=wishes.as_json,
    )


def _check(file: str, *, at_start: bool, language: str, as_json: bool) -> int:
    try:
        judgement = judged(file, at_start=at_start)
    except FileFault as refused:
        _print_fault(refused, file, as_json=as_json)
        return codes.WRONG_USE
    if as_json:
        sys.stdout.write(f"{judgement.model_dump_json(indent=2)}\n")
    elif isinstance(judgement, DocumentJudgement):
        sys.stdout.write(printed_document(judgement, language))
    else:
        sys.stdout.write(printed(judgement, language))
    return codes.NOT_ALL if judgement.blocks_submission else codes.OK


def judged(file: str, *, at_start: bool) -> PlanJudgement | DocumentJudgement:
    """The judgement of the plan or the project description in the file, by the packaged sets in force on the plan's
    start date. Raises ``FileFault``.
    """
    document = read(file)
    described = isinstance(document.value, dict) and bool(_OF_DOCUMENTS & document.value.keys())
    try:
        if not described:
            return _of_plan(_PLAN.validate_python(document.value), document.lines, ("start",), at_start=at_start)
        project = ProjectDocument.model_validate(document.value)
    except ValidationError as error:
        raise of_model(error, document.lines) from error
    plan, at = project.judged_plan, ("plan", "start")
    return of_parts(project, None if plan is None else _of_plan(plan, document.lines, at, at_start=at_start))


def _of_plan(plan: Plan, lines: Mapping[Place, int], start: Place, *, at_start: bool) -> PlanJudgement:
    """``start`` is the place of the start date in the file."""
    sets = library_rule_sets()
    try:
        composition, dosage = (in_force(sets, family, plan.start) for family in (COMPOSITION, DOSAGE))
    except NoRuleInForce as error:
        raise whole(error.code, error.da, error.en, pointer=pointer(start), line=lines.get(start)) from error
    return judge_plan(composition, dosage, plan, catalog_entries(), at_start=at_start)


def _print_fault(refused: FileFault, file: str, *, as_json: bool) -> None:
    """One line per fault on standard error; as JSON a document on standard output."""
    if as_json:
        print_json({"faults": [each.model_dump(mode="json") for each in refused.faults]})
        return
    for each in refused.faults:
        sys.stderr.write(f"{each.said(file)}\n")
