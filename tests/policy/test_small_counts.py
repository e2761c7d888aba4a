"""No count under ten is shown, nor can one be worked out from what is."""

from hypothesis import given
from hypothesis import strategies as st

from policy.small_counts import LEAST, share, shown, together

COUNTS = st.dictionaries(st.text(min_size=1, max_size=4), st.integers(0, 40), max_size=12)


def test_small_counts_are_hidden_and_a_single_one_takes_another_with_it() -> None:
    assert shown({"fife": 31, "moray": 4, "angus": 12, "orkney": 0}) == {
        "fife": 31, "moray": None, "angus": None, "orkney": 0,
    }  # fmt: skip
    assert shown({"fife": 31, "moray": 4, "angus": 2}) == {"fife": 31, "moray": None, "angus": None}


@given(COUNTS)
def test_nothing_hidden_can_be_worked_out_from_the_total(counts: dict[str, int]) -> None:
    seen = shown(counts)
    hidden = [name for name, count in seen.items() if count is None]
    assert all(count == 0 or count >= LEAST for count in seen.values() if count is not None)
    assert len(hidden) != 1 or len([count for count in counts.values() if count]) == 1


@given(st.lists(st.tuples(st.text(min_size=1, max_size=4), st.integers(0, 25)), max_size=20))
def test_along_a_way_nobody_is_lost_and_no_group_is_small(counts: list[tuple[str, int]]) -> None:
    groups, whole = together(counts), sum(count for _, count in counts)
    assert all(count >= LEAST for _, _, count in groups)
    assert sum(count for _, _, count in groups) == (whole if whole >= LEAST else 0)


def test_a_share_is_told_only_when_neither_side_of_it_is_small() -> None:
    assert share(20, 80) == 0.25
    assert share(0, 80) == 0
    assert share(9, 80) is None
    assert share(75, 80) is None
    assert share(3, 9) is None
