"""Which help lines to show somebody, by what they said so far and what is open now. Pure; the lines are dated data in
content/.
"""

from datetime import datetime

from bot.steps import Answers
from content import help_lines
from content.help_lines import HelpLine
from content.words import Words

AT_MOST = 3


def help_values(answers: Answers, words: Words, *also: str, now: datetime | None = None) -> dict[str, str]:
    """The placeholder `help_lines`: at most three lines, best match first, what is closed now last and said so.

    `also` names needs known otherwise. Without `now` nothing is said of what is open.
    """
    needs = (*also, *help_lines.needs(answers))
    lines = help_lines.pick(help_lines.load(words.language), needs, AT_MOST, now)
    return {"help_lines": "\n".join(_shown(each, words, now) for each in lines)}


def _shown(line: HelpLine, words: Words, now: datetime | None) -> str:
    key = "help.line_closed" if now is not None and line.is_closed(now) else "help.line"
    return words.fill(words.common(key), {"name": line.name, "contact": line.contact, "hours": line.hours})
