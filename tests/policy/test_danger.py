"""Which flags of a hand-over are signs of danger."""

from bot.flows import FLOWS
from bot.steps import Flag
from policy.danger import NO_DANGER, is_danger
from policy.priority import SUGGESTED_BY

FLAGS = {step.name for flow in FLOWS.values() for step in flow.steps if isinstance(step, Flag)}


def test_every_flag_said_to_be_no_danger_is_one_a_flow_raises():
    assert NO_DANGER <= FLAGS


def test_whatever_asks_to_be_read_urgently_is_danger_and_so_is_a_flag_nobody_knows():
    urgent = [name for name, level in SUGGESTED_BY.items() if level == 1]
    assert urgent and all(
        is_danger([name]) for name in (*urgent, "harm_ongoing", "unwanted_contact_now", "", "new_one")
    )


def test_age_and_orders_alone_are_none():
    assert not is_danger(NO_DANGER) and not is_danger([])
    assert is_danger([*NO_DANGER, "suicide"])
