"""Which subjects and values an indicator has. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from libs.shared.rules.screening.facts import NationalTestLevel, NationalTestSubject, Readiness


class IndicatorKind(StrEnum):
    """National test, teacher mark (*standpunktskarakter*), education readiness (*uddannelsesparathed*)."""

    NATIONAL_TEST = "national_test"
    TEACHER_MARK = "teacher_mark"
    EDUCATION_READINESS = "education_readiness"


MARK_SUBJECTS = (
    *("danish", "mathematics", "english", "german", "french", "history", "religion", "social_studies"),
    *("geography", "biology", "physics_chemistry", "crafts", "food", "music", "art", "sports"),
)

SUBJECTS: Mapping[IndicatorKind, tuple[str, ...]] = {
    IndicatorKind.NATIONAL_TEST: tuple(NationalTestSubject),
    IndicatorKind.TEACHER_MARK: MARK_SUBJECTS,
    IndicatorKind.EDUCATION_READINESS: (),
}
"""The subjects an indicator is of; none for readiness."""

ALL_SUBJECTS = tuple(sorted({subject for subjects in SUBJECTS.values() for subject in subjects}))

_MARKS = {"-3": "-3", "00": "00", "0": "00", "02": "02", "2": "02", "4": "4", "7": "7", "10": "10", "12": "12"}

VALUES: Mapping[IndicatorKind, Mapping[str, str]] = {
    IndicatorKind.NATIONAL_TEST: {
        "ikke tilstrækkelig": NationalTestLevel.NOT_SUFFICIENT,
        "mangelfuld": NationalTestLevel.DEFICIENT,
        "jævn": NationalTestLevel.FAIR,
        "god": NationalTestLevel.GOOD,
        "rigtig god": NationalTestLevel.VERY_GOOD,
        "fremragende": NationalTestLevel.EXCELLENT,
    },
    IndicatorKind.TEACHER_MARK: _MARKS,
    IndicatorKind.EDUCATION_READINESS: {
        **{each.value: each for each in Readiness},
        "uddannelsesparat": Readiness.READY,
        "ikke-uddannelsesparat": Readiness.NOT_READY,
    },
}
"""What a file writes (in lower case) → the code that is kept. The 7-point scale is kept as it is written."""


WITHDRAWN = "withdrawn"
"""That a result was sent by mistake: as if it had never been there."""

_TAKEN_BACK = {WITHDRAWN: WITHDRAWN, "trukket tilbage": WITHDRAWN}


def values_of(kind: IndicatorKind) -> list[str]:
    """What a file may write."""
    return [*VALUES[kind], *_TAKEN_BACK]


def read_value(kind: IndicatorKind, text: str) -> str | None:
    """The code of a value as files write it, ``withdrawn`` for a result that is taken back; None if the indicator has
    no such value.
    """
    code = {**VALUES[kind], **_TAKEN_BACK}.get(" ".join(text.lower().split()))
    return None if code is None else str(code)


def required_value(kind: IndicatorKind, text: str) -> str:
    """The code of a value that was checked when its row was read. Raises ``ValueError`` for one that never was."""
    code = read_value(kind, text)
    if code is None:
        raise ValueError(f"a value of {kind} that no row check has seen")
    return code


def fits(kind: IndicatorKind, subject: str) -> bool:
    """Whether the indicator is of this subject; readiness is of none (``""``)."""
    return subject in SUBJECTS[kind] if SUBJECTS[kind] else not subject
