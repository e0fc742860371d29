"""The principal: the verified claims of a token."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from libs.shared.auth.refusals import TokenClaims
from libs.shared.privacy.subjects import SubjectKeys
from libs.shared.values.codes import is_institution_number, is_municipality_code

_SUBJECT_LENGTH = 255


class Role(StrEnum):
    """The roles; a token can name several."""

    MUNICIPALITY_INTEGRATION = "municipality_integration"
    SCHOOL = "school"
    RESOURCE_TEAM = "resource_team"
    SECRETARIAT = "secretariat"
    EVALUATOR = "evaluator"
    AUDITOR = "auditor"
    OPS = "ops"


WHOLE_MUNICIPALITY = frozenset({Role.MUNICIPALITY_INTEGRATION, Role.RESOURCE_TEAM})
"""Roles that act for the whole municipality if the token names no institutions. No other role does: a school token
without institutions gives access to nothing, as a claim missing at the identity provider must not open all schools.
"""


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified caller.

    ``subject`` is the keyed form of the token's ``sub`` (``privacy.subjects``), which only the verifier reads;
    ``former_subjects`` are its forms by keys that a rotation has replaced.
    ``municipality_codes`` are three-digit strings, ``institution_numbers`` six-digit strings. Only ``held_to`` and
    ``serves`` decide for which of them the bearer may act.
    """

    subject: str
    roles: frozenset[Role]
    municipality_codes: frozenset[str] = frozenset()
    institution_numbers: frozenset[str] = frozenset()
    former_subjects: frozenset[str] = frozenset()

    def is_subject(self, kept: str | None) -> bool:
        """Whether a stored subject is this caller's, in its present or a former form."""
        return kept is not None and (kept == self.subject or kept in self.former_subjects)

    def has(self, *roles: Role) -> bool:
        """Whether the caller has at least one of the roles."""
        return not self.roles.isdisjoint(roles)

    def acting_as(self, *roles: Role) -> "Principal":
        """The caller with only those of the roles, so that a role that a route does not ask for has no effect there."""
        return replace(self, roles=self.roles & frozenset(roles))

    @property
    def held_to(self) -> frozenset[str] | None:
        """The institutions that the caller is limited to (possibly none); None: the whole municipality."""
        if not self.institution_numbers and self.has(*WHOLE_MUNICIPALITY):
            return None
        return self.institution_numbers

    def serves(self, municipality_code: str, institution_number: str | None = None) -> bool:
        """Whether the caller may act for the municipality and, if one is given, this institution."""
        held_to = self.held_to
        if municipality_code not in self.municipality_codes or (held_to is not None and not held_to):
            return False
        return institution_number is None or held_to is None or institution_number in held_to

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any], subjects: SubjectKeys) -> "Principal":
        """The principal of verified claims. Raises ``TokenClaims``, which names the invalid claim."""
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= _SUBJECT_LENGTH:
            raise TokenClaims(claim="sub")
        names = _texts(claims, "roles")
        if not names or not names <= frozenset(Role):
            raise TokenClaims(claim="roles")
        return cls(
            subject=subjects.subject_key(subject),
            former_subjects=subjects.former(subject),
            roles=frozenset(Role(name) for name in names),
            municipality_codes=_codes(claims, "municipality_codes", is_municipality_code),
            institution_numbers=_codes(claims, "institution_numbers", is_institution_number),
        )


def _texts(claims: Mapping[str, Any], claim: str) -> frozenset[str]:
    """A claim that is a list of strings; absent counts as empty."""
    found = claims.get(claim, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise TokenClaims(claim=claim)
    return frozenset(found)


def _codes(claims: Mapping[str, Any], claim: str, has_form: Callable[[str], bool]) -> frozenset[str]:
    found = _texts(claims, claim)
    if not all(has_form(one) for one in found):
        raise TokenClaims(claim=claim)
    return found
