"""Whether single sentences keep the house rules: placeholders, length, one question, words to be avoided. Pure.

What is avoided stands in content/<language>/avoid.toml, for it differs by language; here is only where it counts.
"""

import re

from content.placeholders import place_of, read
from content.words import FOR_STAFF, ISOLATE, Words

MOST_WORDS = 60
MAY_BE_LONG = {
    ("self_referral", "sent"): "the last message: all that has to be known once it is sent, and nothing waits after it",
    ("common", "privacy"): "the privacy notice in short: what the law wants told, and nobody has to read it to go on",
    ("organisation_referral", "proposed"): "the last message, likewise; it is read by a worker, at work",
}
"""Steps whose message may have more than `MOST_WORDS` words, and the reason."""
GROUPS_OF_DIGITS = re.compile(rf"(?<![{ISOLATE}\d])\b\d+(?: \d+)+")
"""A number written in groups, not marked as having a direction of its own."""
HARDER_TO_READ = {
    ("self_referral", "email_address.hint"): "an e-mail address counts as one long word",
    ("self_referral", "interpreter.ask"): "interpreter is the word people know",
    ("common", "notes.nothing_open"): "four short facts; the words about what was sent before are put in",
    ("common", "notes.type_answer"): "four words, too few to measure",
    ("common", "service.partners_line"): "few words, too few to measure",
    ("common", "messages.ask"): "messages is the word people know",
    ("web", "cleared.text"): "browser and history are the words people know",
    ("web", "trouble.no_cookie"): "cookie and browser are the words people know",
}
"""Texts that measure as harder than a nine-year-old reads, by file and name, and the reason. A test measures all."""
SIGNED = ("sign_off.checked_by", "sign_off.checked_on")
NO_SENTENCES = frozenset({"avoid", "help_lines"})
"""Files of names, numbers and single words."""
IN_SIGHT = {
    "common": ("progress.", "standing."),
    "menu": ("menu.options.", "menu.short"),
    "alerts": ("",),
    "telegram": ("",),
    "web": ("page.", "hidden."),
}
"""Where a stranger may look: by file, how the names of those texts begin."""

TOLD_ALIKE = {
    "service.who_reads": (
        ("menu", "welcome.say"),
        ("self_referral", "keep_answers.ask"),
        ("confirm_referral", "keep_answers.ask"),
        ("common", "privacy.say"),
        ("privacy", "who_sees.text"),
        ("answers", "who_sees_this.answer"),
    )
}
"""Facts that are told in more than one place: the text of common.toml, and those that hold it word for word. A yes to
other words than those that are true would be no yes (UK GDPR art. 4(11))."""


def text_problems(words: Words) -> list[str]:
    """Texts that hold a wrong placeholder, are too long, ask twice, or have a word to be avoided."""
    found = []
    for file in sorted(set(words.files) - NO_SENTENCES - {"contact_plan", "desk", "process", "taken_down"}):
        for key in sorted(words.keys(file) - set(SIGNED)):
            heading, _, rest = key.partition(".")
            text = words.text(file, key)
            faults = [*_placeholder_faults(file, key, text), *_wording_faults(words, file, key, text)]
            if words.is_right_to_left and (loose := GROUPS_OF_DIGITS.search(text)):
                faults.append(f"'{loose[0]}' would show in the wrong order. Put it between \\u2068 and \\u2069.")
            if rest == "ask" and text.count("?") > 1:
                faults.append("more than one question. Ask one at a time.")
            found += [f"{place(words, file, heading)} '{rest}': {fault}" for fault in faults]
        found += _length_problems(words, file)
    return found + _told_otherwise(words)


def _told_otherwise(words: Words) -> list[str]:
    return [
        f"{place(words, file, key.partition('.')[0])} '{key.partition('.')[2]}': does not hold the words of "
        f"common.toml '{fact}'. Put them in as they stand there."
        for fact, places in TOLD_ALIKE.items()
        for file, key in places
        if (text := words.find(file, key)) and (told := words.find("common", fact)) and told not in text
    ]


def _placeholder_faults(file: str, key: str, text: str) -> list[str]:
    table = place_of(file, key)
    try:
        held = read(text)
    except ValueError as error:
        return [f"{error}."]
    faults = [f"{{{name}}} is missing. Put it in." for name in sorted(table.must - held)]
    return faults + [f"nothing fills {{{name}}} here. Take it out." for name in sorted(held - table.must - table.may)]


def _wording_faults(words: Words, file: str, key: str, text: str) -> list[str]:
    groups = [] if file in {*FOR_STAFF, "language"} else ["anywhere"]
    if any(key.startswith(start) for start in IN_SIGHT.get(file, ())):
        groups.append("in_sight")
    said = text.casefold().replace("\u2019", "'")
    return [
        f"avoid '{avoided}'. Write instead: {words.text('avoid', f'{group}.{avoided}')}."
        for group in groups
        for avoided in sorted(each.partition(".")[2] for each in words.keys("avoid") if each.startswith(f"{group}."))
        if re.search(rf"(?<!\w){re.escape(avoided)}(?!\w)", said)
    ]


def _length_problems(words: Words, file: str) -> list[str]:
    found = []
    for heading in sorted({key.rpartition(".")[0] for key in words.keys(file)}):
        for together in (("ask", "hint"), ("say",), ("why",), ("answer",)):
            length = sum(len((words.find(file, f"{heading}.{key}") or "").split()) for key in together)
            if length > MOST_WORDS and (file, heading) not in MAY_BE_LONG:
                found.append(
                    f"{place(words, file, heading)} '{together[0]}': {length} words. Use {MOST_WORDS} at most."
                )
    return found


def place(words: Words, file: str, heading: str) -> str:
    """Where a writer finds it."""
    return f"content/{words.language}/{file}.toml, [{heading}]"
