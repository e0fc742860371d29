"""Refusals about sessions and attendance."""

from libs.shared.base.errors import Conflict, Invalid, NotFound


class SessionOutsideCourse(Invalid):
    """A session on a day that is not in the course."""

    code = "session.outside_course"
    da = "Sessionen ligger uden for forløbet, {start} til {last_day}. Ret datoen."
    en = "The session is outside the course, {start} to {last_day}. Correct the date."


class SessionInFuture(Invalid):
    """A session that has not been held yet."""

    code = "session.in_future"
    da = "Sessionen ligger i fremtiden. Registrér den, når den er holdt."
    en = "The session is in the future. Record it when it has been held."


class SessionRepeated(Invalid):
    """Two sessions with one date and start time."""

    code = "session.repeated"
    da = "To sessioner har samme dato og starttidspunkt. Behold den ene, eller ret tidspunktet."
    en = "Two sessions have the same date and start time. Keep one, or correct the time."


class SessionTooManyPupils(Invalid):
    """More pupils in a session than the group may have."""

    code = "session.too_many_pupils"
    da = "Der er {pupils} elever i sessionen, og en gruppe af denne type har højst {most}. Ret antallet, eller del \
gruppen i flere forløb."
    en = "The session has {pupils} pupils, and a group of this type has {most} at most. Correct the number, or split \
the group into several courses."


class SessionsTooMany(Invalid):
    """More sessions than a course may have."""

    code = "session.too_many"
    da = "Et forløb har højst {most} sessioner. Del forløbet, eller ret tidspunkterne."
    en = "A course has {most} sessions at most. Divide the course, or correct the times."


class SessionNotFound(NotFound):
    """No such session of the course."""

    code = "session.not_found"
    da = "Forløbet har ingen session på den dag og det tidspunkt. Kontrollér adressen, eller registrér sessionen først."
    en = "The course has no session on that day at that time. Check the address, or record the session first."


class AttendanceNotEnrolled(Invalid):
    """Attendance of a pupil who is not enrolled on the session's day."""

    code = "attendance.not_enrolled"
    da = "Eleven er ikke tilmeldt forløbet den dag. Tilmeld eleven fra den dag, eller fjern eleven fra fremmødet."
    en = "The pupil is not enrolled in the course on that day. Enrol the pupil from that day, or remove the pupil from \
the attendance."


class AttendanceTooLong(Invalid):
    """More minutes than the session had."""

    code = "attendance.too_long"
    da = "Eleven kan ikke være til stede i flere minutter, end sessionen varede: {minutes}. Ret minutterne."
    en = "The pupil cannot attend more minutes than the session had: {minutes}. Correct the minutes."


class AttendanceRepeated(Invalid):
    """A pupil named twice in the attendance of one session."""

    code = "attendance.repeated"
    da = "Eleven står to gange i sessionens fremmøde. Behold den ene linje."
    en = "The pupil stands twice in the attendance of the session. Keep one line."


class SessionHasAttendance(Conflict):
    """A session that cannot be removed while its attendance is recorded."""

    code = "session.has_attendance"
    da = "Sessionen har registreret fremmøde. Send den med 0 minutter, hvis den blev aflyst, eller fjern fremmødet \
først."
    en = "The session has recorded attendance. Send it with 0 minutes if it was cancelled, or remove the attendance \
first."
