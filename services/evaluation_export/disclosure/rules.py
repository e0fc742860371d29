"""The settings of statistical disclosure control, with the defaults the product has."""

import msgspec


class DisclosureRules(msgspec.Struct, frozen=True):
    """What a bundle of the product ``aggregate`` must keep to. The disclosure report names every value.

    ``threshold``: counts below it are hidden, 0 too; a mean needs as many measured pupils and as many contributors.
    ``base``: printed counts are rounded to its nearest multiple. ``p``: per cent of the p %-rule for means.
    ``courses``: courses that a row about courses needs. ``possible_values``: how many values every hidden count must
    keep. ``days``: how far apart the lowest and the highest possible days of one to four persons must lie.
    """

    threshold: int = 5
    base: int = 5
    p: int = 10
    courses: int = 3
    possible_values: int = 4
    days: int = 5

    def interval(self, printed: int, least: int | None = None) -> tuple[int, int]:
        """What a printed count may stand for, if counts below ``least`` (the threshold) are hidden."""
        off, floor = self.base // 2, self.threshold if least is None else least
        return max(printed - off, floor if printed >= floor else 0), printed + off
