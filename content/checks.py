"""Whether the words of a language are whole and keep the house rules. Pure: each check gives its problems as sentences.

A problem says the file, the heading and what to do. What a flow needs comes in as a plain mapping, that of
`bot.flow.Flow.needs`. Only `problems` and `live_problems` read the files.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from content import help_lines
from content import words as content_words
from content.help_lines import AT_MOST, GENERAL, HelpLine, pick
from content.phrases import in_full, normalise
from content.wording import NO_SENTENCES, SIGNED, place, text_problems
from content.words import FOLDER, FOR_STAFF, REFERENCE, Words

Needs = Mapping[str, Sequence[str]]
"""For each step of a flow the keys its heading has to have."""

IN_EVERY_LANGUAGE = ("common", "menu", "safety", "telegram", "web")
"""Files of which a language needs all, however little else it has: the way in, the ways out, and help."""
MOST_LABEL_CHARS = 28
ANSWERS, LABEL_OF_ANSWER, NO_TOPIC = "answers", "asking.options.", "neither"
"""The file of what is said to typed questions; how the labels of its topics begin, and the one that is no topic."""
MOST_SHORT_CHARS = 32
OPTIONAL = frozenset({"ask", "hint", "why", "short"})
OPTIONS = "options."
FLAG = "flag"
WRITE_IT = "is missing. Write it."
WHY_OF_ALL = "why"
"""Said wherever somebody asks why and the step has no answer of its own: a file may have one for all its steps."""
SAY_THE_SAME = frozenset({("rather_not_say", "skip")})
"""Options that may be called what a command is: what they say is the same."""
NUMBER = re.compile(r"\d{1,2}")
"""What may be typed to choose an option."""


def problems(language: str, flows: Mapping[str, Needs]) -> list[str]:
    """All that has to be put right in a language that claims to be whole: one that does not, waits for its translator.

    Raises ContentError when a file cannot be read.
    """
    return faults(language, flows) if content_words.load(language).is_whole else []


def faults(language: str, flows: Mapping[str, Needs]) -> list[str]:
    """All that is missing or wrong in the words of a language, whatever it claims. Raises ContentError."""
    words = content_words.load(language)
    written = tomllib.loads((FOLDER / language / "language.toml").read_text(encoding="utf-8"))
    commands = in_full(written["commands"])
    asides = {file: _own_options(words, file) for file in ("common", ANSWERS)}
    found = [each for flow, needs in flows.items() for each in flow_problems(words, flow, needs)]
    if language != REFERENCE:  # the same is found by comparing, and told once
        found = [each for each in found if not each.endswith(WRITE_IT)]
    found += [each for file, needs in {**flows, **asides}.items() for each in label_problems(words, file, needs)]
    found += text_problems(words) + command_problems(language, commands, words) + answer_problems(words)
    if language != REFERENCE:
        found += language_problems(words, content_words.load(REFERENCE))
        at = f"content/{language}/help_lines.toml"
        found += [f"{at}: '{name}' is missing. Say it in this language." for name in help_lines.untold(language)]
    return found


def notes(language: str, flows: Mapping[str, Needs]) -> list[str]:
    """How far a language goes that does not claim to be whole: whoever speaks it is asked before English comes."""
    words = content_words.load(language)
    if words.is_whole:
        return []
    found = len(faults(language, flows))
    more = f"{found} to put right or to translate: cairn check --language {language}" if found else "nothing is missing"
    if not has_ways_in_and_out(language):
        return [f"{language} does not claim to be whole, and is not offered: a way in or out lacks its words; {more}."]
    ends = {flow: step for flow, needs in flows.items() if (step := _first_lacking(words, flow, needs))}
    where = ", ".join(f"{flow} from '{step}' on" for flow, step in ends.items())
    return [f"{language} does not claim to be whole; {more}." + (f" In English only: {where}." if where else "")]


def has_ways_in_and_out(language: str) -> bool:
    """Whether a language has what nobody can do without: the menu, every command, what Stop and Help now say."""
    words, reference = content_words.load(language), content_words.load(REFERENCE)
    missing = (_for_people(reference, file) - _for_people(words, file) for file in IN_EVERY_LANGUAGE)
    return not any(missing) and set(reference.commands.values()) <= set(words.commands.values())


def live_problems(language: str, today: date) -> list[str]:
    """All that has to be put right besides before real people may meet them: sign-off and the lines that help."""
    lines = help_lines.load(language)
    return sign_off_problems(content_words.load(language)) + help_line_problems(language, lines, today)


def flow_problems(words: Words, flow: str, needs: Needs) -> list[str]:
    """What is missing for this flow, and what stands there without being used: most often a slip of the pen."""
    found = []
    for step, keys in needs.items():
        found += [f"{place(words, flow, step)}: '{key}' {WRITE_IT}" for key in _missing(words, flow, step, keys)]
    for key in sorted(words.keys(flow) - {*SIGNED, WHY_OF_ALL}):
        step, _, rest = key.partition(".")
        if step not in needs:
            found.append(
                f"{place(words, flow, step)}: there is no such step. Correct the name, or take the heading out."
            )
        elif rest not in needs[step] and not (rest in OPTIONAL and "ask" in needs[step]):
            found.append(f"{place(words, flow, step)}: '{rest}' is not used. Correct the name, or take it out.")
    return found


def label_problems(words: Words, flow: str, needs: Needs) -> list[str]:
    """Labels that are too long, stand twice at one question, or would be taken for something else when typed."""
    found = []
    for step, keys in needs.items():
        names = [key.removeprefix(OPTIONS) for key in keys if key.startswith(OPTIONS)]
        short = words.find(flow, f"{step}.short") or ""
        if len(short) > MOST_SHORT_CHARS:
            found.append(
                f"{place(words, flow, step)}: 'short' has {len(short)} characters. Use {MOST_SHORT_CHARS} at most."
            )
        found += [f"{place(words, flow, step)}: {each}" for each in _label_faults(words, flow, step, names)]
    return found


def command_problems(language: str, commands: Mapping[str, Sequence[str]], words: Words) -> list[str]:
    """Command words that mean two things, could be the number of an option, or are not what their button says."""
    found = []
    meaning: dict[str, str] = {}
    for command, typed_words in commands.items():
        for typed in map(normalise, typed_words):
            at = f"content/{language}/language.toml, [commands] {command}: '{typed}'"
            if meaning.setdefault(typed, command) != command:
                found.append(f"{at} stands under '{meaning[typed]}' too. Keep it at one of them.")
            if not typed or NUMBER.fullmatch(typed):
                found.append(f"{at} could be the number of an option, or nothing. Take it out.")
    for command in commands:
        label = words.find("common", f"standing.{command}")
        if label is not None and "{" not in label and meaning.get(normalise(label)) != command:
            found.append(
                f"content/{language}/common.toml, [standing] {command}: '{label}' is not this command when typed. "
                "Add it to language.toml."
            )
    return found


def language_problems(words: Words, reference: Words) -> list[str]:
    """What the language it was translated from has and this one lacks, and the other way round."""
    found = []
    for file in sorted(set(reference.files) - NO_SENTENCES - FOR_STAFF - _answers_nobody_finds(words.language)):
        has, needed = _for_people(words, file), _for_people(reference, file)
        for key in sorted(needed - has):
            found.append(f"{place(words, file, key.partition('.')[0])}: '{key}' is missing. Translate it.")
        for key in sorted(has - needed):
            found.append(f"{place(words, file, key.partition('.')[0])}: '{key}' is not used. Take it out.")
    return found


def answer_problems(words: Words) -> list[str]:
    """Answers to typed questions that have no label, by which a person tells them apart, and labels with no answer."""
    keys = words.keys(ANSWERS)
    told = {key.removesuffix(".answer") for key in keys if key.endswith(".answer")}
    asked = {key.rpartition(".")[2] for key in keys if key.startswith(LABEL_OF_ANSWER)} - {NO_TOPIC}
    found = [f"{place(words, ANSWERS, each)}: 'answer' is missing. Write it." for each in sorted(asked - told)]
    return found + [
        f"{place(words, ANSWERS, LABEL_OF_ANSWER.partition('.')[0])}: '{OPTIONS}{each}' is missing. Write it."
        for each in sorted(told - asked)
    ]


def help_line_problems(language: str, lines: Iterable[HelpLine], today: date) -> list[str]:
    """Lines checked too long ago or not confirmed, and too few to offer somebody nothing is known of."""
    at, lines = f"content/{language}/help_lines.toml", tuple(lines)
    found = [
        f"{at}, '{line.name}': checked on {line.checked_on:%d %B %Y}. Call or look it up anew and set the day."
        for line in lines
        if line.is_shown and line.is_stale(today)
    ]
    found += [
        f"{at}, '{line.name}': confidence {line.confidence}, so nobody is sent there. Confirm it, or take the row out."
        for line in lines
        if not line.is_shown
    ]
    if len(pick(lines, ())) < AT_MOST:
        found.append(f"{at}: fewer than {AT_MOST} lines of confidence H or M are for '{GENERAL}'. Add some.")
    return found


def sign_off_problems(words: Words) -> list[str]:
    """Files nobody has signed off."""
    return [
        f"content/{words.language}/{file}.toml, [sign_off]: not signed. Read it, then put in a name and the day."
        for file in sorted(words.files)
        if not all(words.find(file, key) for key in SIGNED)
    ]


def _missing(words: Words, flow: str, step: str, keys: Iterable[str]) -> list[str]:
    """The texts this step lacks. What only the desk reads is in the language it was written in."""
    needed = [key for key in keys if key != FLAG or words.language == REFERENCE]
    return [key for key in needed if not (words.find(flow, f"{step}.{key}") or words.find("common", key))]


def _first_lacking(words: Words, flow: str, needs: Needs) -> str | None:
    return next((step for step, keys in needs.items() if _missing(words, flow, step, keys)), None)


def _answers_nobody_finds(language: str) -> set[str]:
    """Where nobody wrote down how a question is put, none is answered in place, and no answer is needed."""
    return set() if (FOLDER / language / "questions").is_dir() else {"answers"}


def _for_people(words: Words, file: str) -> set[str]:
    return {key for key in words.keys(file) if not key.endswith(f".{FLAG}")}


def _own_options(words: Words, file: str) -> Needs:
    """The questions of a file that belongs to every flow."""
    keys = [key.partition(".") for key in words.keys(file) if f".{OPTIONS}" in key]
    return {step: sorted(rest for each, _, rest in keys if each == step) for step, _, _ in keys}


def _label_faults(words: Words, flow: str, step: str, names: Sequence[str]) -> list[str]:
    faults = []
    labels: dict[str, str] = {}
    for name in names:
        label = words.find(flow, f"{step}.{OPTIONS}{name}") or words.find("common", OPTIONS + name) or ""
        typed = normalise(label)
        if len(label) > MOST_LABEL_CHARS:
            faults.append(f"'{label}' has {len(label)} characters. Use {MOST_LABEL_CHARS} at most: it is a button.")
        if (command := words.command(words.typed.plain(label))) and (name, command) not in SAY_THE_SAME:
            faults.append(f"'{label}' is the command '{command}' when typed. Use another label.")
        if NUMBER.fullmatch(typed):
            faults.append(f"'{label}' is the number of another option when typed. Use another label.")
        if label and (typed in labels or (typed in names and typed != name)):
            faults.append(f"'{label}' could be two options when typed. Use another label.")
        labels[typed] = name
    return faults
