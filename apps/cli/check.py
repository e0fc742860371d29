"""``skoleloeft check plan.yaml``: a plan judged by the packaged rules, before anything is sent anywhere."""

import argparse
import json
import sys
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from apps.cli.faults import FileFault, of_model, whole
from apps.cli.printing import LANGUAGES, printed
from apps.cli.reading import read
from libs.shared.base.date_window import DaysInside
from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.composition.checks import FAMILY as COMPOSITION
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.dosage.stages import FAMILY as DOSAGE
from libs.shared.rules.errors import NoRuleInForce
from libs.shared.rules.library import library_rule_sets
from libs.shared.rules.plan_check import PlanJudgement, judge_plan
from libs.shared.rules.rule_sets import in_force

# A type with a validator beside it is a value at run time, so it is said what comes of it.
_PLAN: TypeAdapter[Plan] = TypeAdapter(Annotated[Plan, DaysInside])

_DESCRIPTION = """\
Bedøm en plan efter reglerne for sammensætning og dosering. / Judge a plan by the rules of composition and dosage.

exit code
  0   intet er til hinder for indsendelse / nothing blocks submission
  1   en fejl er brudt eller ubesvaret / an error is violated or unanswered
  2   filen kan ikke læses som en plan / the file cannot be read as a plan
"""


def add_to(commands: Any) -> None:
    """Add the command to argparse's ``commands``."""
    parser = commands.add_parser(
        "check",
        help="bedøm en plan / judge a plan",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", help="YAML, JSON (.json), - for standard input")
    parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--at-start", action="store_true", help="som på startdagen / as on the day the plan starts (C-PARENTS)"
    )
    parser.set_defaults(carry_out=_check)


def _check(given: argparse.Namespace) -> int:
    try:
        judgement = judged(given.file, at_start=given.at_start)
    except FileFault as refused:
        _tell(refused, given)
        return 2
    if given.format == "json":
        sys.stdout.write(f"{judgement.model_dump_json(indent=2)}\n")
    else:
        sys.stdout.write(printed(judgement, given.language))
    return int(judgement.blocks_submission)


def judged(file: str, *, at_start: bool) -> PlanJudgement:
    """The judgement of the plan in the file, by the packaged sets in force on its start date. Raises ``FileFault``."""
    document = read(file)
    try:
        plan = _PLAN.validate_python(document.value)
    except ValidationError as error:
        raise of_model(error, document.lines) from error
    sets = library_rule_sets()
    try:
        composition, dosage = (in_force(sets, family, plan.start) for family in (COMPOSITION, DOSAGE))
    except NoRuleInForce as error:
        raise whole(error.code, error.da, error.en, pointer="/start", line=document.lines.get(("start",))) from error
    return judge_plan(composition, dosage, plan, catalog_entries(), at_start=at_start)


def _tell(refused: FileFault, given: argparse.Namespace) -> None:
    """One line per fault on standard error; with ``--format json`` a document on standard output."""
    if given.format == "json":
        faults = [each.model_dump(mode="json") for each in refused.faults]
        sys.stdout.write(f"{json.dumps({'faults': faults}, ensure_ascii=False, indent=2)}\n")
        return
    for each in refused.faults:
        sys.stderr.write(f"{each.said(given.file)}\n")
