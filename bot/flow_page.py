"""The page of a flow for people: a numbered list of its steps with their words and conditions, and a diagram. Pure.

docs/flows/*.md are made from it (`pytest tests/test_documents.py --update`), and compared by the same test.
"""

from collections.abc import Iterator

from bot.flow import Flow
from bot.steps import (
    Bring,
    Condition,
    End,
    Fact,
    Flag,
    GoTo,
    HandOver,
    OneOf,
    Part,
    Question,
    Review,
    Say,
    Several,
    Step,
    Text,
)
from content.words import Words

MOST_LABELS = 3
"""Answers named on one arrow of a diagram."""
KINDS: tuple[tuple[type[Step], str], ...] = (
    (HandOver, "hands over"),
    (End, "ends"),
    (GoTo, "leads on"),
    (Flag, "tells the desk"),
    (Fact, "is known from outside"),
    (Bring, "brings in answers given before"),
    (Say, "says"),
    (Review, "reads back"),
    (Part, "offers a part"),
)


def page(flow: Flow, words: Words) -> str:
    """The whole page, in Markdown."""
    lines = [f"# {flow.name}", "", "Generated from the flow and its words; do not edit.", ""]
    lines += ["```mermaid", "flowchart TD", *_diagram(flow, words), "```", ""]
    for number, step in enumerate(flow.steps, 1):
        lines += _entry(number, step, flow, words)
    return "\n".join(lines).rstrip() + "\n"


def _entry(number: int, step: Step, flow: Flow, words: Words) -> Iterator[str]:
    yield f"{number}. **{step.name}** {_kind(step)}{_when(step)}"
    texts = (words.find(flow.name, f"{step.name}.{key}") for key in ("ask", "say", "flag"))
    if text := next((text for text in texts if text), None):
        yield "".join(f"   > {line}".rstrip() + "\n" for line in text.split("\n")).rstrip("\n")
    if isinstance(step, OneOf):
        yield f"   - one of what `{step.of}` holds now"
    elif isinstance(step, Question) and step.closed:
        labels = ", ".join(f"{words.option(flow.name, step.name, option)} (`{option}`)" for option in step.closed)
        yield f"   - {labels}"
    yield ""


def _kind(step: Step) -> str:
    kind = next((words for kind, words in KINDS if isinstance(step, kind)), None)
    if kind is not None:
        return kind
    how = "is typed" if isinstance(step, Text) else "takes one or more" if isinstance(step, Several) else "takes one"
    needed = ", needed" if isinstance(step, Question) and step.required else ""
    return f"{how}{needed}"


def _when(step: Step) -> str:
    conditions = [_condition(each) for each in step.conditions if each]
    return f", when {' or when '.join(conditions)}" if conditions else ""


def _condition(condition: Condition) -> str:
    return " and ".join(
        f"{name} is {options if isinstance(options, str) else ' or '.join(options)}"
        for name, options in condition.items()
    )


def _diagram(flow: Flow, words: Words) -> Iterator[str]:
    """The trunk of the flow: its parts as boxes, its ends as exits, on the arrows the answers that lead there."""
    shapes = {True: '{0}(["{1}"])', False: '{0}["{1}"]'}
    trunk = [s for s in flow.steps if flow.part_of[s.name] in {None, s.name} and not isinstance(s, (Flag, Say, Fact))]
    last: Step | None = None
    for step in trunk:
        leaves = isinstance(step, (End, GoTo))
        yield "  " + shapes[leaves].format(step.name, _title(step, flow, words))
        if last is not None:
            is_new = step.when and step.when != last.when
            arrow = f'-->|"{_answers(step.conditions[0], flow, words)}"|' if is_new else "-->"
            yield f"  {last.name} {arrow} {step.name}"
        if not leaves or not step.when:
            last = step


def _title(step: Step, flow: Flow, words: Words) -> str:
    """What a box says: a question as the read-back names it, an end by its name."""
    plain = step.name.replace("_", " ")
    if isinstance(step, GoTo):
        return _plain(f"on to: {words.find('menu', f'menu.options.{step.name}') or plain}")
    return _plain((words.find(flow.name, f"{step.name}.short") if isinstance(step, Question) else None) or plain)


def _answers(condition: Condition, flow: Flow, words: Words) -> str:
    """The answers that lead here, as their buttons say them."""
    said = []
    for name, options in condition.items():
        names = (options,) if isinstance(options, str) else options
        keys = ((each, f"options.{each}") for each in names)
        labels = [
            words.find(flow.name, f"{name}.{key}") or words.find("common", key) or each.replace("_", " ")
            for each, key in keys
        ]
        said.append(" or ".join(labels if len(labels) <= MOST_LABELS else [*labels[:MOST_LABELS], "others"]))
    return _plain(", and ".join(said))


def _plain(text: str) -> str:
    """Without what the language of the diagram would take for its own."""
    return " ".join(text.replace('"', "'").replace("{", "").replace("}", "").split())
