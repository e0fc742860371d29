"""Refusals about guidance."""

from libs.shared.base.errors import Invalid, NotFound


class GuidanceInFuture(Invalid):
    """Guidance of a day to come."""

    code = "guidance.in_future"
    da = "Vejledningen er dateret i fremtiden. Notér den, når den er givet."
    en = "The guidance has a date in the future. Log it when it has been given."


class GuidanceNotFound(NotFound):
    """No such entry."""

    code = "guidance.not_found"
    da = "Notatet findes ikke, eller du har ikke adgang til det. Se listen over vejledning."
    en = "The entry does not exist, or is not yours to see. See the list of guidance."
