"""The requests of registration that are not about files."""

from libs.shared.client.operations import Operation, Replaced
from libs.shared.client.registration.models import (
    Classes,
    Course,
    CourseAsked,
    Courses,
    Dosage,
    GrossList,
    Municipality,
    MunicipalityStatus,
    PupilsAsked,
    PupilsFound,
    Schools,
    Selection,
    SelectionAsked,
    SessionsAsked,
    SessionsKept,
)

HERE = ("registration",)
_PAGES = frozenset({"page_size", "page_token"})

MUNICIPALITY = Operation(HERE, "GET", "/v1/municipalities/{municipality_code}", Municipality)
SET_MUNICIPALITY = Operation(
    HERE,
    "PUT",
    "/v1/municipalities/{municipality_code}",
    Municipality,
    body=MunicipalityStatus,
    headers=frozenset({"if-match", "if-none-match"}),
    replaced=Replaced(MUNICIPALITY),
)
SCHOOLS = Operation(HERE, "GET", "/v1/schools", Schools, query=_PAGES | {"municipality"})
CLASSES = Operation(HERE, "GET", "/v1/schools/{school_id}/classes", Classes, query=_PAGES | {"school_year"})
# It only reads. The ids are in the body because addresses are written to logs.
LOOK_UP = Operation(HERE, "POST", "/v1/pupils/look-ups", PupilsFound, body=PupilsAsked, safe=True)
GROSS_LIST = Operation(HERE, "GET", "/v1/schools/{school_id}/gross-list", GrossList, query=frozenset({"as_of"}))
SELECT = Operation(HERE, "POST", "/v1/selections", Selection, body=SelectionAsked, keyed=True)
SELECTION = Operation(HERE, "GET", "/v1/selections/{selection_id}", Selection)
CREATE_COURSE = Operation(HERE, "POST", "/v1/courses", Course, body=CourseAsked, keyed=True)
COURSES = Operation(
    HERE, "GET", "/v1/courses", Courses, query=_PAGES | {"municipality", "school_id", "at_risk", "sort"}
)
COURSE = Operation(HERE, "GET", "/v1/courses/{course_id}", Course)
HOLD_SESSIONS = Operation(
    HERE, "POST", "/v1/courses/{course_id}/sessions", SessionsKept, body=SessionsAsked, keyed=True
)
DOSAGE = Operation(HERE, "GET", "/v1/courses/{course_id}/dosage", Dosage, query=frozenset({"as_of"}))
