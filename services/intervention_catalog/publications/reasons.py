"""The reasons for a withdrawal: a fixed list, as reasons are published and names in free text cannot be recognised."""

from collections.abc import Mapping
from enum import StrEnum

from libs.shared.rules.wording import Text


class WithdrawalReason(StrEnum):
    """The reasons. ``unsuitable`` also covers a text that could identify a person."""

    OUTDATED = "outdated"
    ENDED = "ended"
    REPLACED = "replaced"
    WRONG = "wrong"
    ON_REQUEST = "on_request"
    UNSUITABLE = "unsuitable"


REASONS: Mapping[WithdrawalReason, Text] = {
    WithdrawalReason.OUTDATED: Text(da="Indholdet er forældet.", en="The content is out of date."),
    WithdrawalReason.ENDED: Text(da="Det, der beskrives, er ophørt.", en="What it describes has come to an end."),
    WithdrawalReason.REPLACED: Text(da="Indholdet er afløst af andet.", en="The content has been replaced."),
    WithdrawalReason.WRONG: Text(da="Indholdet var forkert.", en="The content was wrong."),
    WithdrawalReason.ON_REQUEST: Text(da="Forfatteren har bedt om det.", en="The author asked for it."),
    WithdrawalReason.UNSUITABLE: Text(
        da="Indholdet egnede sig ikke til offentliggørelse.", en="The content was not suited for publication."
    ),
}
"""The text of each reason for readers."""
