import pytest

from benchmarks.figures import Figure, growths, percentile, rate
from benchmarks.report import growth_lines, number, table


def figure(value: float, reference: float, **more: object) -> Figure:
    return Figure("relay", "5,000 events", value, "events/s", "bare aiokafka", reference, **more)  # type: ignore[arg-type] # the tests name what they vary


def test_a_rate_meets_its_goal_from_that_ratio_upwards():
    assert figure(300, 1000, goal=0.3, more_is_better=True).met is True
    assert figure(299, 1000, goal=0.3, more_is_better=True).met is False


def test_a_cost_meets_its_goal_up_to_the_limit():
    assert figure(120, 120, goal=1).met is True
    assert figure(121, 120, goal=1).met is False


def test_a_figure_without_a_goal_is_neither_met_nor_missed():
    assert figure(1, 2).met is None
    assert figure(1, 2).ratio == 0.5


def test_a_percentile_is_a_value_that_was_measured():
    values = [float(n) for n in range(100, 0, -1)]
    assert percentile(values, 50) == 50
    assert percentile(values, 99) == 99
    assert percentile(values, 100) == 100
    assert percentile([7.0], 99) == 7


@pytest.mark.parametrize(("values", "percent"), [([], 50), ([1.0], 0), ([1.0], 101)])
def test_a_percentile_of_nothing_or_beyond_all_is_refused(values, percent):
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, percent)


def test_a_rate_leaves_out_what_was_done_before_its_clock_started():
    assert rate([(10.0, 500), (11.0, 300), (12.0, 100)]) == 200


@pytest.mark.parametrize("marks", [[], [(1.0, 5)], [(1.0, 5), (1.0, 5)]])
def test_a_rate_needs_time_to_have_passed(marks):
    with pytest.raises(ValueError, match="two marks"):
        rate(marks)


def test_growth_compares_the_cost_of_one_unit_at_the_smallest_and_the_largest_scale():
    (growth,) = growths(
        [
            figure(500, 1, more_is_better=True, scale=50_000),
            figure(1000, 1, more_is_better=True, scale=5_000),
            figure(1, 1),
        ]
    )
    assert growth.small.cost == 1000
    assert growth.factor == 2


def test_what_was_measured_at_one_scale_alone_has_no_growth():
    assert growths([figure(1, 1, scale=10), figure(2, 1)]) == []


def test_the_table_says_which_way_a_goal_points_and_whether_it_is_met():
    text = table([figure(5000, 10_000, goal=0.3, more_is_better=True), figure(130, 120, goal=1)])
    assert "5,000 events/s | bare aiokafka 10,000 events/s | 0.50 × | ≥ 0.3 × | yes" in text
    assert text.splitlines()[-1].endswith("≤ 1 ×   | NO")


def test_growth_is_told_in_a_line():
    figures = [figure(1000, 1, more_is_better=True, scale=n) for n in (10, 100)]
    assert growth_lines(figures) == ["relay: 1,000 µs each at 5,000 events, 1,000 at 5,000 events: × 1.00"]


@pytest.mark.parametrize(("value", "text"), [(1234.5, "1,234"), (99.94, "99.9"), (1.234, "1.23"), (0, "0.00")])
def test_numbers_show_about_three_figures(value, text):
    assert number(value) == text
