"""Signs of danger in what somebody typed: the vetted rules, interpreted; and, where none sees one, the hearing. Pure.

Signs only ever add a card and a flag. They never block, move or score, and no sign never means that somebody is safe
(domain.md 3.4). The rules are in `content/<language>/safety.toml`, written so that whoever answers for safeguarding can
read and sign them.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from bot.hearing.safety_finding import Found
from bot.hearing.safety_rules import KINDS, NEGATED, WAS, Rule, Rules
from bot.hearing.safety_words import Word

AROUND_WORDS = 12
"""How far from a phrase something still says when, or in what circumstances, it is meant."""
MOST_BACK = 7
"""Words between a denial and what it denies: "I do not think I would ever want to"."""
RECENT, FINE_NOW, LONG_AGO, BACK_AGAIN = "recent", "fine_now", "long_ago", "back_again"


class Sign(NamedTuple):
    """A sign, with the rule and the phrase that saw it: for tests, and for who keeps the rules."""

    kind: str
    rule: str
    phrase: str


class _Near(NamedTuple):
    """A circumstance, and the words that tell of it."""

    name: str
    first: int
    after: int


def signs(text: str, rules: Rules, *, hears: bool = True) -> tuple[str, ...]:
    """The kinds of danger that these words may be a sign of, in the order of `KINDS`; none is an empty tuple.

    `hears` is False for words that are our own (`bot.reading.is_our_own`): what they are like tells nothing of whoever
    types them.
    """
    raised = {sign.kind for sign in explain(text, rules)}
    hearing = rules.hearing if hears else None
    if hearing and not raised:
        raised = {kind for kind in (hearing.kind(text),) if kind}
    elif hearing and hearing.is_harmless(text):
        raised = set()
    return tuple(kind for kind in KINDS if kind in raised)


def in_any(
    text: str,
    all_rules: Iterable[Rules],
    *,
    hears: bool = True,
    spoken: str | None = None,
    heard_too: Collection[str] = (),
) -> tuple[str, ...]:
    """The same by the rules of several languages, each kind once.

    Rules say what is surely a sign, so all of them count. Hearing guesses: in a conversation in the language `spoken`
    only its own does, and that of `heard_too` where the words are in its language. None: each judges everything.
    """
    raised = set[str]()
    for rules in all_rules:
        is_taught = spoken in {None, rules.language} or (rules.language in heard_too and _is_taught(rules, text))
        raised.update(signs(text, rules, hears=hears and is_taught))
    return tuple(kind for kind in KINDS if kind in raised)


def _is_taught(rules: Rules, text: str) -> bool:
    return rules.hearing is not None and rules.hearing.is_taught(text)


def explain(text: str, rules: Rules) -> tuple[Sign, ...]:
    """Every sign in these words, with what saw it."""
    words = _without_idioms(rules.spelling.read(text), rules)
    numbers = [number for number, word in enumerate(words) if word.text not in rules.light]
    strong = [words[number] for number in numbers]
    all_found = list(rules.signs.find(strong))
    if not all_found:  # as in most messages: then what stands around no sign need not be known
        return ()
    around = _circumstances(words, rules)
    spared = [(each.tag, each.first, each.after) for each in rules.but_not.find(words, passing=rules.light)]
    raised = []
    for found in all_found:
        rule, first, last = found.tag, numbers[found.first], numbers[found.after - 1]
        if any(rule is of and start <= last and first < after for of, start, after in spared):
            continue
        near = _near(around, first, last) | _before(found, strong, rules)
        if RECENT in near:
            near -= {WAS}
        if not near & rule.unless and (not rule.needs or near & rule.needs):
            raised.append(Sign(rule.kind, rule.name, found.phrase.written))
    return tuple(raised)


def _without_idioms(words: Sequence[Word], rules: Rules) -> list[Word]:
    """The words, those of an idiom emptied: "this form is killing me" is about no killing."""
    emptied = {place for found in rules.idioms.find(words) for place in range(found.first, found.after)}
    return [word._replace(text="") if place in emptied else word for place, word in enumerate(words)]


def _circumstances(words: Sequence[Word], rules: Rules) -> list[_Near]:
    """What stands around signs. The "now" of "fine now" and the "last" of "last year" do not say that it is recent."""
    found = [_Near(each.tag, each.first, each.after) for each in rules.around.find(words)]
    spent = {place for each in found if each.name in {FINE_NOW, LONG_AGO} for place in range(each.first, each.after)}
    return [each for each in found if each.name != RECENT or not spent & set(range(each.first, each.after))]


def _near(around: Iterable[_Near], first: int, last: int) -> set[str]:
    """The circumstances near the words from `first` to `last`.

    Of long ago and recent, what stands nearer counts; what is back again is recent.
    """
    far: dict[str, int] = {}
    for each in around:
        distance = max(each.first - last, first - each.after + 1, 0)
        if distance <= AROUND_WORDS:
            far[each.name] = min(distance, far.get(each.name, distance))
    if BACK_AGAIN in far:
        far[RECENT] = 0
    if LONG_AGO in far and RECENT in far:
        del far[LONG_AGO if far[RECENT] <= far[LONG_AGO] else RECENT]
    return set(far)


def _before(found: Found[Rule], words: Sequence[Word], rules: Rules) -> set[str]:
    """Whether what stands before, or in the gaps, denies the phrase or tells of it as past."""
    near = {WAS for place in found.skipped if words[place].text in rules.of_the_past}
    place = found.first
    while place > 0 and found.first - place < MOST_BACK and not words[place].after_mark:
        place -= 1
        if words[place].text in rules.denying:
            near.add(NEGATED)
        elif words[place].text in rules.of_the_past:
            near.add(WAS)
        elif words[place].text not in rules.let_through:
            break
    return near
