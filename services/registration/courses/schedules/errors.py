"""Refusals about schedules and planned sessions."""

from libs.shared.base.errors import Invalid


class ScheduleRepeated(Invalid):
    """Two slots, or two exceptions, of one time."""

    code = "schedule.repeated"
    da = "To linjer i skemaet har samme ugedag og starttidspunkt, eller to undtagelser samme dag og tidspunkt. \
Behold den ene."
    en = "Two lines of the schedule have the same weekday and start time, or two exceptions the same day and time. \
Keep one."


class PlannedSessionUnknown(Invalid):
    """A session that the schedule does not plan."""

    code = "schedule.session_unknown"
    da = "Skemaet har ingen session på den dag og det tidspunkt. Brug en fra listen over planlagte sessioner."
    en = "The schedule has no session on that day at that time. Use one of the list of planned sessions."


class PlannedSessionInFuture(Invalid):
    """A session confirmed as held before its day."""

    code = "schedule.in_future"
    da = "En session kan først bekræftes som holdt på sin dag. Aflys den, eller vent."
    en = "A session can be confirmed as held on its day at the earliest. Cancel it, or wait."


class ScheduleTooLarge(Invalid):
    """A schedule that plans more sessions than a course can have."""

    code = "schedule.too_large"
    da = "Skemaet giver mere end {most} sessioner. Brug færre linjer, eller del forløbet."
    en = "The schedule gives more than {most} sessions. Use fewer lines, or divide the course."
