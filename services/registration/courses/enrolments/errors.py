"""Refusals about enrolments, offers, and groups that are split or merged."""

from libs.shared.base.errors import Conflict, Invalid, NotFound


class EnrolmentNotFound(NotFound):
    """No such enrolment, or one that is not the caller's."""

    code = "enrolment.not_found"
    da = "Tilmeldingen findes ikke, eller du har ikke adgang til den. Kontrollér dens id."
    en = "The enrolment does not exist, or is not yours to see. Check its id."


class EnrolmentOutsideProject(Invalid):
    """An enrolment on days that are outside the project's period."""

    code = "enrolment.outside_project"
    da = "Tilmeldingen ligger uden for projektets periode, {start} til {last_day}. Ret datoerne."
    en = "The enrolment is outside the project's period, {start} to {last_day}. Correct the dates."


class EnrolmentOutsideCourse(Invalid):
    """An enrolment on days that are outside the course."""

    code = "enrolment.outside_course"
    da = "Tilmeldingen ligger uden for forløbet, {start} til {last_day}. Ret datoerne."
    en = "The enrolment is outside the course, {start} to {last_day}. Correct the dates."


class EnrolmentOverlap(Invalid):
    """A pupil who is enrolled already on one of the days."""

    code = "enrolment.overlap"
    da = "Eleven er allerede tilmeldt forløbet i en del af perioden. Afslut den anden tilmelding først, eller ret \
datoerne."
    en = "The pupil is enrolled in the course already during a part of the period. End the other enrolment first, or \
correct the dates."


class EnrolmentEndsFirst(Invalid):
    """An end before the start."""

    code = "enrolment.ends_before_start"
    da = "Tilmeldingen slutter, før den begynder. Ret valid_from eller valid_to."
    en = "The enrolment ends before it begins. Correct valid_from or valid_to."


class EnrolmentGroupTooLarge(Invalid):
    """More pupils enrolled at a time than the group may have."""

    code = "enrolment.group_too_large"
    da = "Med tilmeldingen er der {pupils} elever i gruppen, og en gruppe af denne type har højst {most}. Del gruppen \
i flere forløb, eller afslut en anden tilmelding først."
    en = "With the enrolment the group has {pupils} pupils, and a group of this type has {most} at most. Split the \
group into several courses, or end another enrolment first."


class OfferUnknown(Invalid):
    """A pupil to whom the course is not offered."""

    code = "offer.unknown"
    da = "Eleven står ikke på listen over tilbud for forløbet. Hent listen igen."
    en = "The pupil is not on the course's list of offers. Read the list again."


class RegroupingOutside(Invalid):
    """A day of splitting or merging that is not inside the courses."""

    code = "regrouping.outside_course"
    da = "Dagen skal ligge efter forløbets første dag og senest på dets sidste, {start} til {last_day}. Ret datoen."
    en = "The day must be after the course's first day and on its last day at the latest, {start} to {last_day}. \
Correct the date."


class RegroupingUnlike(Invalid):
    """Two courses that cannot be merged."""

    code = "regrouping.unlike"
    da = "Kun to forløb af samme projekt, skole og variant kan lægges sammen. Vælg et andet forløb."
    en = "Only two courses of one project, school and variant can be merged. Choose another course."


class RegroupingNobody(Invalid):
    """Nobody to move, or everybody."""

    code = "regrouping.pupils"
    da = "Ved en deling flytter mindst én elev, og mindst én bliver, og alle er tilmeldt den dag. Ret pupil_ids."
    en = "When a group is split at least one pupil moves and at least one stays, and all are enrolled on that day. \
Correct pupil_ids."


class EnrolmentAttendedLater(Conflict):
    """An end before a session that the pupil attended."""

    code = "enrolment.attended_later"
    da = "Eleven har registreret fremmøde til og med {last}. Vælg en senere dag, eller ret fremmødet først."
    en = "Attendance of the pupil is recorded until {last}. Choose a later day, or correct the attendance first."
