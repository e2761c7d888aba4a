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
    lines += ["```mermaid", "flowchart TD", *_diagram(flow), "```", ""]
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


def _diagram(flow: Flow) -> Iterator[str]:
    """The trunk of the flow: parts as boxes, ends as exits."""
    shapes = {True: '{0}(["{0}"])', False: '{0}["{0}"]'}
    trunk = [s for s in flow.steps if flow.part_of[s.name] in {None, s.name} and not isinstance(s, (Flag, Say, Fact))]
    last = None
    for step in trunk:
        leaves = isinstance(step, (End, GoTo))
        yield "  " + shapes[leaves].format(step.name)
        if last is not None:
            label = f"|{_condition(step.conditions[0])}|" if leaves and step.when else ""
            arrow = f"-->{label}" if label else "-->"
            yield f"  {last} {arrow} {step.name}"
        if not leaves or not step.when:
            last = step.name
