"""`cairn alone`: what takes two people at the desk, for a service of one person. Each asks for a word typed back.

A command imports what it needs itself, as those of `cairn.__main__` do.
"""

# ruff: noqa: PLC0415 (as said above)

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from desk.colleagues.alone import Sole
    from desk.desk import Desk

app = typer.Typer(help="What takes two people, in a service of one person. Written to the audit.", no_args_is_help=True)
console = Console(highlight=False, soft_wrap=True)


@app.command("export")
def export(
    reference: Annotated[str, typer.Argument(help="The case.")],
    file: Annotated[Path, typer.Argument(help="Where the file goes: a name ending in .pdf or .json, not there yet.")],
    for_: Annotated[str, typer.Option("--for", help="person, or service for another service.")] = "person",
) -> None:
    """Keep a case as a file."""
    from cairn.first_run import FirstRunError
    from desk.colleagues import alone
    from policy.four_eyes import EXPORT_PERSON, EXPORT_SERVICE

    whats = {"person": EXPORT_PERSON, "service": EXPORT_SERVICE}
    form = file.suffix.removeprefix(".")
    if form not in ("pdf", "json") or file.exists() or for_ not in whats:
        raise FirstRunError("Name a file that is not there yet and ends in .pdf or .json; --for is person or service.")
    with _alone(reference) as (desk, who):
        made = alone.export(desk, who, reference, whats[for_], form)
    file.touch(mode=0o600)
    file.write_bytes(made)
    console.print(f"{reference} is in {file}. Give it by a way that was chosen, and delete it here.")


@app.command("erase")
def erase(reference: Annotated[str, typer.Argument(help="The case.")]) -> None:
    """Destroy keys and words of a case, because its person asked for it. Nobody can bring them back."""
    from desk.colleagues import alone

    with _alone(reference) as (desk, who):
        alone.erase(desk, who, reference)
    console.print(f"{reference} is erased.")


@app.command("manager")
def manager(name: Annotated[str, typer.Argument(help="How colleagues will see the second manager.")]) -> None:
    """Print a one-time link for a second manager, whom you then let in at the desk."""
    from cairn.first_run import set_up_link
    from desk.colleagues import alone

    with _alone(name) as (desk, who):
        link = set_up_link(desk.settings, alone.add_manager(desk, who, name))
    console.print(f"For {name}, once, within 48 hours:\n{link}")


@contextmanager
def _alone(word: str) -> Iterator[tuple["Desk", "Sole"]]:
    """The desk, for whoever types their password and, so that nothing is done by a slip, `word` once more."""
    from cairn import in_force
    from cairn.first_run import FirstRunError
    from desk.colleagues import alone
    from desk.service import open_desk
    from storage.staff import StaffError

    ask: Callable[..., str] = typer.prompt
    if ask(f"Nobody else approves this. Type {word} once more to go on") != word:
        raise FirstRunError("That was something else, so nothing was done.")
    desk = open_desk(in_force.settings())
    try:
        yield desk, alone.sole(desk, ask("Your name"), ask("Your password", hide_input=True))
    except (alone.Refused, StaffError, ValueError) as error:
        raise FirstRunError(str(error) or type(error).__name__) from None
    finally:
        desk.database.close()
