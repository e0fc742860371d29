"""Every column of every kind of file, including new ones, refuses a CPR number or is a column for identifiers."""

from datetime import date

import pytest

from libs.shared.files.columns import ParseContext, ReadyColumn
from libs.shared.files.errors import Refused
from libs.shared.files.kinds.declared import KINDS
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import KeyRing, LookupKeys

CONTEXT = ParseContext("101", IdentifierKind.CPR_NUMBER, LookupKeys(KeyRing.generate()), date(2023, 6, 30))
SPELLINGS = ("6411121239", "641112–1239", "64 11 12 1239", "64.11.12.1239", "٦٤١١١٢-١٢٣٩")
COLUMNS = [(kind.name, column) for kind in KINDS for column in kind.columns]
OF_IDENTIFIERS = {
    *("pupils.cpr_number", "pupils.uni_login", "pupils.local_id", "indicators.cpr_number"),
    *("absence.pupil", "enrolments.pupil", "attendance.pupil"),
}
"""Sealed, or turned into a keyed hash before anything is stored."""


NUMBERS = {"absence.days"}


def takes(column: ReadyColumn, text: str) -> bool:
    try:
        column.read(text, CONTEXT)
    except Refused:
        return False
    return True


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_column_but_those_of_identifiers_takes_a_cpr_number(spelling: str) -> None:
    taking = {f"{kind}.{column.name}" for kind, column in COLUMNS for text in (spelling, f"Klasse {spelling}")
              if takes(column, text)}  # fmt: skip
    assert taking <= OF_IDENTIFIERS | NUMBERS


def test_the_columns_of_names_are_refused_with_the_reason() -> None:
    named = {f"{kind}.{column.name}": column for kind, column in COLUMNS}
    for name in ("schools.name", "classes.name", "pupils.name", "pupils.class_name"):
        assert takes(named[name], named[name].column.example)
        with pytest.raises(Refused) as refused:
            named[name].read("Ask 641112-1239", CONTEXT)
        assert (refused.value.code, refused.value.params) == ("text.identifier", {})
