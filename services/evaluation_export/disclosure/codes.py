"""The codes of the table about selections, and which of them contain which, as the codebook says."""

from collections.abc import Mapping

REASONS = ("vulnerable_share", "lost_teaching", "shared_need", "low_wellbeing", "missing_relations")
"""Why a whole class was selected; a test compares them with the event's."""
TOGETHER: Mapping[str, tuple[str, ...]] = {"selected": ("pupil", "group", "class"), "class": REASONS}
"""A pupil counted under the code is counted under at least one of these."""
WITHIN: Mapping[str, str] = {
    **{code: whole for whole, parts in TOGETHER.items() for code in parts},
    "designated": "selected",
}
"""A pupil counted under the code is counted under this one, too."""
CODES = ("selected", *WITHIN)
