"""The words of OneRoster: files and their columns, types, roles, grades, and the sorts of what is not kept."""

from collections.abc import Mapping
from types import MappingProxyType

MANIFEST = "manifest.csv"
VERSIONS = ("1.2", "1.2.1")
MANIFEST_VERSION = "1.0"
BULK, DELTA, ABSENT = "bulk", "delta", "absent"
ACTIVE, REMOVED = "active", "tobedeleted"

SESSIONS, ORGS, CLASSES = "academicSessions.csv", "orgs.csv", "classes.csv"
USERS, ROLES, PROFILES, ENROLMENTS = "users.csv", "roles.csv", "userProfiles.csv", "enrollments.csv"
DEMOGRAPHICS = "demographics.csv"

OF_ALL = ("sourcedId", "status", "dateLastModified")
REQUIRED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        SESSIONS: ("sourcedId", "type", "startDate", "endDate", "schoolYear"),
        ORGS: ("sourcedId", "name", "type"),
        CLASSES: ("sourcedId", "title", "classType", "schoolSourcedId", "termSourcedIds"),
        USERS: ("sourcedId", "givenName", "familyName"),
        ROLES: ("sourcedId", "userSourcedId", "role", "orgSourcedId"),
        PROFILES: ("sourcedId", "userSourcedId", "profileType", "username"),
        ENROLMENTS: ("sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"),
    }
)
"""The files that are read, with the columns that they must have; in a delta also the other two of ``OF_ALL``."""

CLASS_KIND = "metadata.dk.classKind"
NAME_PROTECTED = "metadata.dk.nameProtected"
"""Columns of ours: the standard lets a file have columns of its own whose names begin with ``metadata.``."""

OPTIONAL: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        SESSIONS: ("title", "parentSourcedId"),
        ORGS: ("identifier", "parentSourcedId"),
        CLASSES: (
            "grades",
            "courseSourcedId",
            "classCode",
            "location",
            "subjects",
            "subjectCodes",
            "periods",
            CLASS_KIND,
        ),
        USERS: (
            *("enabledUser", "username", "userIds", "middleName", "identifier", "email", "sms", "phone"),
            *("agentSourcedIds", "grades", "password", "userMasterIdentifier", "resourceSourcedIds"),
            *("preferredGivenName", "preferredMiddleName", "preferredFamilyName", "primaryOrgSourcedId", "pronouns"),
            NAME_PROTECTED,
        ),
        ROLES: ("roleType", "beginDate", "endDate", "userProfileSourcedId"),
        PROFILES: ("vendorId", "applicationId", "description", "credentialType", "password"),
        ENROLMENTS: ("primary", "beginDate", "endDate"),
    }
)

READ_IN_BULK = (SESSIONS, ORGS, CLASSES, USERS, ENROLMENTS)
"""Files that a bulk must have."""

COUNTED: Mapping[str, str] = MappingProxyType(
    {
        DEMOGRAPHICS: "demographics",
        "courses.csv": "courses",
        "resources.csv": "resources",
        "classResources.csv": "resources",
        "courseResources.csv": "resources",
        "userResources.csv": "resources",
        "categories.csv": "gradebook",
        "lineItems.csv": "gradebook",
        "lineItemLearningObjectiveIds.csv": "gradebook",
        "lineItemScoreScales.csv": "gradebook",
        "results.csv": "gradebook",
        "resultLearningObjectiveIds.csv": "gradebook",
        "resultScoreScales.csv": "gradebook",
        "scoreScales.csv": "gradebook",
    }
)
"""Files of the standard whose rows are counted and not kept, with their sorts."""

FILES = frozenset({*REQUIRED, *COUNTED})
"""All files beside the manifest."""

SCHOOL = "school"
ORG_TYPES = frozenset({"department", SCHOOL, "district", "local", "state", "national"})
SCHOOL_YEAR = "schoolYear"
SESSION_TYPES = frozenset({"gradingPeriod", "semester", SCHOOL_YEAR, "term"})
HOMEROOM, SCHEDULED = "homeroom", "scheduled"

STUDENT = "student"
GUARDIANS = frozenset({"guardian", "parent", "relative"})

KINDERGARTEN = "KG"
GRADES: Mapping[str, int] = MappingProxyType(
    {KINDERGARTEN: 0} | {form: grade for grade in range(11) for form in (str(grade), f"{grade:02d}")}
)
"""Grades as they are written; ``KG`` is the vocabulary's word for the class before the first, the Danish grade 0."""

CLASS_KINDS = frozenset({"ordinary", "special"})
TRUTHS: Mapping[str, str] = MappingProxyType({"true": "true", "false": "false"})

CPR_TYPES = frozenset({"cpr", "cprnumber", "cprnr", "cprnummer"})
LOGIN_TYPES = frozenset({"unilogin", "unilogindk", "unic", "uni"})
"""Types of ``userIds`` and vendors of ``userProfiles``, in small letters without other signs."""

IGNORED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "employees": ("ansatte og andre voksne", "employees and other adults"),
        "guardians": ("forældre og værger", "parents and guardians"),
        "users_without_role": ("brugere uden rolle og indskrivning", "users without a role and an enrolment"),
        "other_levels": ("elever uden for 0.–10. klasse", "students outside grades 0–10"),
        "other_classes": ("hold, der ikke er klasser", "groups that are no homeroom classes"),
        "classes_without_grade": ("klasser uden for 0.–10. klasse", "homeroom classes outside grades 0–10"),
        "other_enrolments": ("ansattes indskrivninger", "enrolments of others than students"),
        "other_memberships": ("elevers øvrige hold", "students' other groups"),
        "other_organisations": ("organisationer, der ikke er skoler", "organisations that are no schools"),
        "courses": ("fag", "courses"),
        "demographics": ("demografiske oplysninger", "demographic data"),
        "gradebook": ("karakterbogens rækker", "rows of the gradebook"),
        "resources": ("læremidler", "resources"),
        "contact_persons": ("henvisninger til kontaktpersoner", "references to contact persons"),
        "email_addresses": ("e-mailadresser", "email addresses"),
        "phone_numbers": ("telefonnumre", "telephone numbers"),
        "passwords": ("adgangskoder", "passwords"),
        "usernames": ("øvrige brugernavne", "other user names"),
        "other_identifiers": ("øvrige identifikationer", "other identifiers"),
        "preferred_names": ("kaldenavne", "preferred names"),
        "pronouns": ("pronominer", "pronouns"),
        "locations": ("lokaler", "rooms"),
        "other_columns": ("felter i øvrige kolonner", "fields of other columns"),
    }
)
"""The sorts of what is not kept, with their Danish and English names."""

SORTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        USERS: {
            "email": "email_addresses",
            "sms": "phone_numbers",
            "phone": "phone_numbers",
            "agentSourcedIds": "contact_persons",
            "password": "passwords",
            "username": "usernames",
            "userMasterIdentifier": "other_identifiers",
            "preferredGivenName": "preferred_names",
            "preferredMiddleName": "preferred_names",
            "preferredFamilyName": "preferred_names",
            "pronouns": "pronouns",
            "resourceSourcedIds": "resources",
        },
        PROFILES: {"password": "passwords", "description": "other_columns", "applicationId": "other_columns"},
        CLASSES: {"location": "locations"},
    }
)
"""The sort of a filled field that is not read. Those of columns of no standard are ``other_columns``."""
