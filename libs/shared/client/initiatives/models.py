"""Bodies and answers of initiatives, with the fields that their callers use. Amounts are whole kroner."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from libs.shared.client.operations import Page, Read, Written


class InitiativeAsked(Written):
    """An initiative; what is left out of its funding has the numbers of the rule set."""

    title: str
    start: date
    last_day: date
    reference_date: date
    rule_sets: Sequence[str] | None = None
    pool: int | None = None
    invited: int | None = None


class Counts(Read):
    """How many municipalities have answered how, and the sums of their grants."""

    unanswered: int
    accepted: int
    declined: int
    allocated: int
    to_divide: int
    released: int
    passed_on: int


class Initiative(Read):
    """An initiative as it stands."""

    initiative_id: UUID
    title: str
    status: str
    pool: int
    allocation_number: int
    counts: Counts | None


class Share(Written):
    """A municipality's share, in percent with two decimals."""

    municipality_code: str
    share_percent: str
    source: str
    reference_date: date


class SharesAsked(Written):
    """All shares of an initiative."""

    shares: Sequence[Share]


class ShareStored(Read):
    """A municipality's share as it is stored."""

    municipality_code: str
    share_percent: Decimal
    source: str
    reference_date: date


class InvitationsAsked(Written):
    """Whom to invite; without codes those of the rule's list."""

    answer_by: date
    municipality_codes: Sequence[str] | None = None
    reason: str | None = None


class Invited(Read):
    """The municipalities that were invited."""

    municipality_codes: list[str]


class AnswerAsked(Written):
    """A municipality's answer; the secretariat says in ``reason`` how it came."""

    answer: Literal["accepted", "declined"]
    decided_on: date
    reason: str | None = None


class InMunicipality(Read):
    """A municipality in an initiative: its answer and its grant."""

    municipality_code: str
    status: str
    late: bool
    allocated: int | None
    released: int
    to_release: int
    passed_on: int
    balance: int
    project_id: UUID | None


class AllocationAsked(Written):
    """How the pool is divided; every allocation but the first has a reason."""

    leave_out_unanswered: bool = False
    reason: str | None = None


class Allocation(Read):
    """A division of the pool."""

    number: int
    pool: int
    share_sum: Decimal
    formula: str


class Part(Read):
    """A municipality's part of a division."""

    municipality_code: str
    share_percent: Decimal
    basis: str
    amount: int
    before: int | None
    difference: int


class RoleInEvaluation(Read):
    """A municipality's place by the rule, and its role in the evaluation."""

    municipality_code: str
    rank: int
    by_rule: bool
    role: str


class PassOn(Written):
    """What a school is given."""

    school_id: UUID
    amount: int
    given_on: date
    reason: str | None = None


class Entry(Read):
    """What a school was given, after corrections."""

    entry_id: UUID
    school_id: UUID
    amount: int


class Correction(Written):
    """The right amount of an entry."""

    amount: int
    reason: str


class Step(Read):
    """A step of the history."""

    municipality_code: str | None
    step: str
    reason: str | None


SharesStored = Page[ShareStored]
Parts = Page[Part]
Roles = Page[RoleInEvaluation]
Municipalities = Page[InMunicipality]
Steps = Page[Step]
