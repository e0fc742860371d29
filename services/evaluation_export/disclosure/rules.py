"""The settings of statistical disclosure control, with the product's defaults."""

import msgspec


class DisclosureRules(msgspec.Struct, frozen=True):
    """The rules for a bundle of the product ``aggregate``. The disclosure report names every value.

    ``threshold``: counts below it are hidden, 0 too; a mean needs as many measured pupils and as many contributors.
    ``base``: printed counts are rounded to its nearest multiple. ``p``: per cent of the p %-rule for means.
    ``courses``: the courses that a row about courses needs. ``possible_values``: the number of values that must stay
    possible for every hidden count. ``days``: the least difference between the lowest and the highest possible days of
    one to four persons.
    """

    threshold: int = 5
    base: int = 5
    p: int = 10
    courses: int = 3
    possible_values: int = 4
    days: int = 5

    def interval(self, printed: int, least: int | None = None) -> tuple[int, int]:
        """The interval of a printed count, if counts below ``least`` (the threshold) are hidden."""
        off, floor = self.base // 2, self.threshold if least is None else least
        return max(printed - off, floor if printed >= floor else 0), printed + off
