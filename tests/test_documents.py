"""Pages that are made from the program agree with it. `--update` writes them anew."""

from pathlib import Path

import pytest

from bot.flow_page import page
from bot.flows import FLOWS
from content import words

FLOW_PAGES = Path(__file__).parent.parent / "docs" / "flows"


@pytest.mark.parametrize("flow", FLOWS)
def test_the_page_of_a_flow_is_what_the_flow_does(flow, request):
    made = page(FLOWS[flow], words.load("en"))
    file = FLOW_PAGES / f"{flow}.md"
    if request.config.getoption("--update"):
        file.write_text(made, "utf-8")
    assert file.read_text("utf-8") == made


def test_there_is_no_page_of_a_flow_that_is_gone():
    assert {file.stem for file in FLOW_PAGES.glob("*.md")} == set(FLOWS)
