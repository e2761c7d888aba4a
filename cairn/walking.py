"""`cairn walk`: every state of every flow, with what was proved there, as a table."""

from rich.console import Console
from rich.progress import track

from bot.engine import Engine
from bot.flows import FLOWS
from bot.hearing import answering
from bot.proving import Report, prove
from bot.spoken import spoken
from content import words


def walk(name: str, console: Console) -> bool:
    """Walk this flow, or all; whether everything held."""
    if name and name not in FLOWS:
        console.print(f"There is no flow '{name}'. There is: {', '.join(FLOWS)}.")
        return False
    engine = Engine(FLOWS, spoken(FLOWS, words.languages()))
    holds = True
    names = [name] if name else list(FLOWS)
    for each in track(names, "Walking", console=console, transient=True):
        for language in words.languages():
            report = prove(engine, each, words.load(language), answering.load(language).find)
            _print(report, language, console)
            holds = holds and report.holds
    return holds


def _print(report: Report, language: str, console: Console) -> None:
    states = report.waiting + report.ended + report.beyond
    beyond = f", {report.beyond} that its words do not reach" if report.beyond else ""
    console.print(
        f"\n{report.flow} ({language}): {states} states, {report.waiting} that wait, {report.ended} that end{beyond}.",
        style="bold",
    )
    for sentence, failed in report.failures.items():
        console.print(f"  {'ok ' if not failed else 'NOT'} {sentence}" + (f": {', '.join(failed)}" if failed else ""))
    reached = f"not reached: {', '.join(report.unreached)}" if report.unreached else "every step is reached"
    console.print(f"  {'NOT' if report.unreached else 'ok '} {reached}")
