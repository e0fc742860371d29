"""What the secretariat sees of a municipality tells of no 1–4 pupils, neither directly nor by a sum."""

from itertools import product

from services.registration.roster.coverage.domain import SMALL, IdentityCoverage, for_secretariat, share


def test_no_shown_figure_is_small_and_no_hidden_one_follows() -> None:
    counts = (0, 1, 4, 5, 9)
    shown_any = 0
    for have, none, replaced in product(counts, repeat=3):
        found = IdentityCoverage(
            pupils=have + none + replaced, with_cpr_number=have, no_cpr_number=none, replacement_number=replaced
        )
        shown = for_secretariat(found)
        figures = [shown.pupils, shown.with_cpr_number, shown.without_cpr_number]
        figures += [shown.no_cpr_number, shown.replacement_number]
        assert not any(each is not None and 0 < each < SMALL for each in figures)
        # Of two parts of a shown whole both are shown or none.
        assert (shown.with_cpr_number is None) == (shown.without_cpr_number is None) == (shown.percent is None) or (
            found.pupils == 0
        )
        assert (shown.no_cpr_number is None) == (shown.replacement_number is None)
        shown_any += shown.no_cpr_number is not None
    assert shown_any > 10


def test_the_share_is_a_hundred_only_if_nobody_lacks_a_number() -> None:
    assert str(share(9999, 10000)) == "99.9"
    assert str(share(10000, 10000)) == "100.0"
    assert share(0, 0) is None
