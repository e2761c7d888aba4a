"""What the words say of the service, as a service has it that has decided nothing yet."""

import re

import pytest

from bot.service_lines import ABOUT_PRIVACY, of_the_service, service_lines
from content import words
from policy.settings import Settings

WORDS = [words.load(language) for language in words.languages()]


@pytest.mark.parametrize("spoken", WORDS, ids=[each.language for each in WORDS])
def test_what_is_not_decided_is_said_to_be_so_and_never_left_empty(spoken: words.Words) -> None:
    lines = service_lines(of_the_service(Settings(_env_file=None)), spoken)
    assert all(lines[name] for name in ABOUT_PRIVACY)
    assert lines["privacy_contact"] == spoken.common("service.not_set")


@pytest.mark.parametrize("spoken", WORDS, ids=[each.language for each in WORDS])
def test_no_sentence_of_the_privacy_notice_begins_with_a_name_the_service_has_set(spoken: words.Words) -> None:
    told = [spoken.common("privacy.say"), *(spoken.text("privacy", key) for key in spoken.keys("privacy"))]
    assert not [text for text in told if re.search(r"(^|[.?!]\s+)\{(?!partners_line)\w+\}", text)]
