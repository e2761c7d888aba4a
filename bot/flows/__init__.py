"""The service, flow by flow. A flow is offered when it stands in this tuple and in the menu."""

from bot.errors import FlowError
from bot.flow import Flow
from bot.flows.cafe import CAFE
from bot.flows.confirm_referral import CONFIRM_REFERRAL
from bot.flows.is_it_for_me import IS_IT_FOR_ME
from bot.flows.learn import LEARN
from bot.flows.menu import MENU
from bot.flows.my_referral import MY_REFERRAL
from bot.flows.organisation_referral import ORGANISATION_REFERRAL
from bot.flows.self_referral import SELF_REFERRAL
from bot.steps import GoTo

_ALL = (MENU, SELF_REFERRAL, LEARN, IS_IT_FOR_ME, MY_REFERRAL, ORGANISATION_REFERRAL, CONFIRM_REFERRAL, CAFE)
FLOWS: dict[str, Flow] = {flow.name: flow for flow in _ALL}

for _flow in FLOWS.values():
    for _step in _flow.steps:
        if isinstance(_step, GoTo) and _step.name not in FLOWS:
            raise FlowError(f"{_flow.name}: leads to '{_step.name}', which is no flow")
