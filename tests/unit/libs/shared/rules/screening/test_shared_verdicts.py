"""Pupils judged together get, byte for byte, the verdicts that each rule gives about all facts of each of them."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import read_rules
from libs.shared.rules.screening.absence import screen_absence
from libs.shared.rules.screening.facts import (
    SEVEN_POINT_SCALE,
    AbsenceFacts,
    MarkFacts,
    MarkKind,
    NationalTest,
    NationalTestLevel,
    NationalTestSubject,
    Readiness,
    ScreeningFacts,
)
from libs.shared.rules.screening.gross_list import Screening
from libs.shared.rules.screening.national_tests import screen_tests
from libs.shared.rules.screening.settings import ScreeningSettings
from libs.shared.rules.screening.upper_stage import screen_marks, screen_readiness

AS_OF = date(2023, 6, 30)
RULES = read_rules(library_rule_set("screening-2021"), ScreeningSettings)


def invented(random: Random) -> ScreeningFacts:
    """A pupil with few choices for each fact, so that many pupils share some facts and differ in others."""
    grade = random.choice((None, 0, 1, 2, 6, 7, 8, 9, 10))
    years = random.sample(("2020/2021", "2021/2022", "2022/2023"), random.randint(0, 3))
    return ScreeningFacts(
        as_of=AS_OF - timedelta(days=random.choice((0, 0, 400))),
        grade=grade,
        absence=tuple(
            AbsenceFacts(
                school_year=year,
                absence_days=random.choice((Decimal(0), Decimal("0.0"), Decimal("19.5"), Decimal(20), Decimal("20.0"))),
                school_days_reported=random.choice((0, 10, 200)),
                months_reported=random.choice((0, 9, 10)),
                months_expected=random.choice((10, 11)),
            )
            for year in years
        ),
        tests=tuple(
            NationalTest(
                subject=random.choice(list(NationalTestSubject)),
                test_grade=random.choice((2, 4, 6, 3)),
                taken_on=random.choice((date(2021, 3, 1), date(2023, 3, 1), date(2023, 9, 1))),
                level=random.choice(list(NationalTestLevel)),
            )
            for _ in range(random.randint(0, 2))
        ),
        readiness=random.choice((None, *Readiness)),
        marks=tuple(
            MarkFacts(
                subject="danish",
                kind=random.choice(list(MarkKind)),
                given_in_grade=random.choice((8, 10)),
                mark=random.choice(SEVEN_POINT_SCALE),
            )
            for _ in range(random.randint(0, 2))
        ),
    )


@pytest.mark.parametrize("seed", range(5))
def test_judged_together_is_as_each_rule_about_each_pupil(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - invented facts
    screening = Screening(RULES)
    shared = set()
    for _ in range(2_000):
        facts = invented(random)
        found = screening.judge(facts).verdicts
        plain = [rule(RULES, facts) for rule in (screen_absence, screen_tests, screen_readiness, screen_marks)]
        assert [each.model_dump_json() for each in found] == [each.model_dump_json() for each in plain]
        shared.update(map(id, found))
    assert len(shared) < 4_000
