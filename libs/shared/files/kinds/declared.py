"""Every kind of file, in the order in which files are sent."""

from libs.shared.files.kind import Kind
from libs.shared.files.kinds.absence import ABSENCE
from libs.shared.files.kinds.calendars import CALENDARS
from libs.shared.files.kinds.classes import CLASSES
from libs.shared.files.kinds.completeness import COMPLETENESS
from libs.shared.files.kinds.courses import ATTENDANCE, ENROLMENTS, SESSIONS
from libs.shared.files.kinds.indicators import INDICATORS
from libs.shared.files.kinds.institutions import INSTITUTIONS
from libs.shared.files.kinds.pupils import PUPILS
from libs.shared.files.kinds.schools import SCHOOLS

ROSTER_KINDS: tuple[Kind, ...] = (INSTITUTIONS, SCHOOLS, CLASSES, CALENDARS, PUPILS, INDICATORS)
"""The kinds that registration takes: the secretariat's register, then a municipality's files."""

COURSE_KINDS: tuple[Kind, ...] = (ENROLMENTS, SESSIONS, ATTENDANCE)
"""The kinds about courses, which registration takes too."""

ABSENCE_KINDS: tuple[Kind, ...] = (COMPLETENESS, ABSENCE)
"""The kinds that absence_ingest takes."""

KINDS = (*ROSTER_KINDS, *COURSE_KINDS, *ABSENCE_KINDS)
