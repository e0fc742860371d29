"""The requests about the roster that are not about files."""

from libs.shared.client.operations import Operation, Page, Replaced
from libs.shared.client.roster.models import (
    Changes,
    ClassContent,
    CountryCoverage,
    Disclosure,
    DisclosureAsked,
    DisclosureListed,
    KindRules,
    KindRulesContent,
    LackingPupil,
    Municipalities,
    MunicipalityCoverage,
    PupilRow,
    PupilTaken,
    SchoolContent,
    SchoolCoverage,
    WholeClass,
    WholeSchool,
)

HERE = ("registration",)
_PAGES = frozenset({"page_size", "page_token", "sort"})
_CONDITIONS = frozenset({"if-match", "if-none-match"})
_MUNICIPALITY = frozenset({"municipality"})
_KIND_RULES = "/v1/class-kind-rules/{institution_number}"
_CLASS = "/v1/classes/{institution_number}/{school_year}/{class_name}"

MUNICIPALITIES = Operation(HERE, "GET", "/v1/municipality-codes", Municipalities)
SCHOOL = Operation(HERE, "GET", "/v1/schools/{institution_number}", WholeSchool, query=_MUNICIPALITY)
PUT_SCHOOL = Operation(
    HERE,
    "PUT",
    "/v1/schools/{institution_number}",
    WholeSchool,
    body=SchoolContent,
    query=_MUNICIPALITY,
    headers=_CONDITIONS,
    replaced=Replaced(SCHOOL),
)
CLASS = Operation(HERE, "GET", _CLASS, WholeClass, query=_MUNICIPALITY)
PUT_CLASS = Operation(
    HERE,
    "PUT",
    _CLASS,
    WholeClass,
    body=ClassContent,
    query=_MUNICIPALITY,
    headers=_CONDITIONS,
    replaced=Replaced(CLASS),
)
KIND_RULES = Operation(HERE, "GET", _KIND_RULES, KindRules, query=_MUNICIPALITY)
PUT_KIND_RULES = Operation(
    HERE,
    "PUT",
    _KIND_RULES,
    KindRules,
    body=KindRulesContent,
    query=_MUNICIPALITY,
    headers=_CONDITIONS,
    replaced=Replaced(KIND_RULES),
)
SEND_PUPIL = Operation(HERE, "POST", "/v1/pupils", PupilTaken, body=PupilRow, keyed=True)
CHANGES = Operation(HERE, "GET", "/v1/roster-changes", Changes, query=_MUNICIPALITY | {"kinds", "since", "page_size"})
DISCLOSE = Operation(
    HERE, "POST", "/v1/pupils/{pupil_id}/name-disclosures", Disclosure, body=DisclosureAsked, keyed=True
)
DISCLOSURE = Operation(HERE, "GET", "/v1/name-disclosures/{disclosure_id}", Disclosure)
DISCLOSURES = Operation(
    HERE, "GET", "/v1/name-disclosures", Page[DisclosureListed], query=_PAGES | _MUNICIPALITY | {"pupil_id"}
)
COVERAGE = Operation(HERE, "GET", "/v1/identity-coverage", MunicipalityCoverage, query=_MUNICIPALITY | {"on"})
COVERAGE_OF_SCHOOLS = Operation(
    HERE, "GET", "/v1/identity-coverage/schools", Page[SchoolCoverage], query=_PAGES | _MUNICIPALITY | {"on"}
)
LACKING = Operation(
    HERE,
    "GET",
    "/v1/identity-coverage/pupils",
    Page[LackingPupil],
    query=_PAGES | _MUNICIPALITY | {"institution", "lack", "on"},
)
COVERAGE_OF_COUNTRY = Operation(
    HERE, "GET", "/v1/identity-coverage/municipalities", Page[CountryCoverage], query=_PAGES | {"on"}
)
