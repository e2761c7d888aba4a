"""No count under ten is told, nor can one be worked out from all that is, by somebody who knows the rule as well."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.lists import COUNCIL_AREAS
from policy.closings import CLOSINGS
from policy.figure_trees import AREAS, ENDS, NOT_SAID, month_after, months, quarters
from policy.small_counts import ENOUGH, LEAST, ROOM, Group, Tree, halves, is_apart, names_in, split, stretches, told

NAMES = ("a", "b", "c", "d", "e")
COUNTS = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 40))


def test_a_part_is_told_only_where_every_other_part_of_the_same_whole_is_large_or_nobody() -> None:
    areas = (("fife", "angus"), ("moray", "orkney"))
    assert split(areas, {"fife": 31, "angus": 4, "moray": 14, "orkney": 0}) == (
        Group(("fife", "angus"), 35),
        Group(("moray",), 14),
        Group(("orkney",), 0),
    )


@given(COUNTS)
def test_nobody_is_lost_and_no_group_is_small(counts: dict[str, int]) -> None:
    groups = split(halves(NAMES), counts)
    assert all(group.number == 0 or group.number >= ROOM for group in groups) or len(groups) == 1
    if sum(counts.values()) >= ENOUGH:
        assert sum(group.number for group in groups) == sum(counts.values())
        assert [name for group in groups for name in group.names] == list(NAMES)
    else:
        assert groups == ()


@pytest.mark.parametrize("tree", [("a", "b"), ("a", "b", "c"), halves(NAMES[:4]), ("a", ("b", ("c", "d")))])
def test_whoever_knows_the_rule_and_tries_every_world_narrows_nobody_down(tree: Tree) -> None:
    """With a rule for three instead of ten, so that every world can be tried: what leads to the same page, and is not
    told on it, still has room for three."""
    least, names = 3, names_in(tree)
    worlds = [dict(zip(names, each, strict=True)) for each in product(range(14), repeat=len(names)) if sum(each) <= 13]
    pages = defaultdict(list)
    for world in worlds:
        pages[split(tree, world, room=least + 2, enough=2 * least)].append(world)
    for groups, same in pages.items():
        alone = {group.names[0] for group in groups if len(group.names) == 1}
        for name in set(names) - alone:
            counts = [world[name] for world in same]
            assert max(counts) - min(counts) >= least, (groups, name)


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), min_size=ENOUGH, max_size=150))
def test_two_tables_of_the_same_people_tell_nothing_of_who_is_in_a_group_of_both(people: list[tuple[str, str]]) -> None:
    one, two = (
        split(halves(NAMES), {name: [each[at] for each in people].count(name) for name in NAMES}) for at in (0, 1)
    )
    for row, column in product(one, two):
        most = min(row.number, column.number)
        least = max(0, row.number + column.number - len(people))
        is_whole = len(people) in {row.number, column.number} or most == 0
        assert is_whole or most - least >= LEAST


@given(COUNTS)
def test_no_sum_or_difference_of_what_is_told_is_small(counts: dict[str, int]) -> None:
    numbers = [group.number for group in split(halves(NAMES), counts)]
    unions = {sum(chosen) for chosen in product(*[(0, number) for number in numbers])}
    assert not any(0 < each < LEAST for each in unions)


def test_a_count_that_has_no_place_is_a_fault_and_no_gap_in_the_whole() -> None:
    with pytest.raises(ValueError, match="without a place"):
        split(("a", "b"), {"a": 30, "z": 1})


def test_what_is_told_of_names_together_is_told_only_for_whole_groups() -> None:
    groups = (Group(("a", "b"), 14), Group(("c",), 20))
    assert told(groups, {"c"}) == 20
    assert told(groups, {"a", "b", "c"}) == 34
    assert told(groups, {"a", "c"}) is None


def test_a_part_beside_its_whole_leaves_no_small_rest() -> None:
    assert is_apart(0, 40) and is_apart(40, 40) and is_apart(20, 40)
    assert not is_apart(3, 40)
    assert not is_apart(37, 40)


@given(st.lists(st.integers(0, 30), max_size=12))
def test_times_are_told_in_stretches_with_enough_in_each_that_never_overlap(came: list[int]) -> None:
    found = stretches(list(enumerate(came)))
    assert all(sum(came[first : last + 1]) >= ENOUGH for first, last in found)
    covered = [at for first, last in found for at in range(first, last + 1)]
    assert covered == list(range(len(covered)))


def test_every_area_and_every_end_has_one_place() -> None:
    assert sorted(names_in(AREAS)) == sorted((*COUNCIL_AREAS, NOT_SAID))
    ends = names_in(ENDS)
    assert len(ends) == len(set(ends))
    assert set(CLOSINGS) <= {name.split(".")[0] for name in ends}


def test_quarters_are_those_of_the_calendar_that_are_over() -> None:
    assert months("2026-11", "2027-02") == ("2026-11", "2026-12", "2027-01", "2027-02")
    assert month_after("2026-12") == "2027-01"
    assert quarters("2026-05", "2026-12") == (("2026-04", "2026-06"), ("2026-07", "2026-09"))
    assert quarters("2026-10", "2026-12") == ()
