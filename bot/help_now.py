"""Which help lines to show somebody, by what they said so far. Pure; the lines are dated data in content/."""

from bot.steps import Answers
from content import help_lines
from content.words import Words

AT_MOST = 3


def help_values(answers: Answers, words: Words, *also: str) -> dict[str, str]:
    """The placeholder `help_lines`: at most three lines, best match first. `also` names needs known otherwise."""
    needs = (*also, *help_lines.needs(answers, words.language))
    lines = help_lines.pick(help_lines.load(words.language), needs, AT_MOST)
    line = words.common("help.line")
    return {
        "help_lines": "\n".join(line.format(name=each.name, contact=each.contact, hours=each.hours) for each in lines)
    }
