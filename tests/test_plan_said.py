"""What a person says about being in touch, as the plan it makes on the public side."""

from datetime import time
from pathlib import Path

from bot import assembly
from bot.posting.plan_said import plan_said
from policy.safe_contact import THIS_CHAT, ZONE, windows
from policy.settings import Settings
from tests.stage import NOW


def test_who_names_no_times_is_told_of_things_at_the_hours_that_the_service_has_set(tmp_path: Path) -> None:
    service = assembly.service(Settings(data_dir=tmp_path, decent_from=time(11), decent_until=time(12)))
    plan = plan_said({"contact_routes": (THIS_CHAT,)}, NOW, service.decent)
    safe = windows(plan, NOW, service.working_time, route=THIS_CHAT)
    assert safe
    assert {(each.start.astimezone(ZONE).hour, each.end.astimezone(ZONE).hour) for each in safe} == {(11, 12)}
