"""`cairn alone`: what takes two people at the desk, for a service of one person. Each asks for a word typed back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from cairn import checking
from cairn.first_run import FirstRunError, set_up_link
from policy.four_eyes import EXPORT_PERSON, EXPORT_SERVICE
from storage.staff import StaffError

if TYPE_CHECKING:  # each side is loaded only in its own process
    from desk.colleagues.alone import Sole
    from desk.desk import Desk

app = typer.Typer(help="What takes two people, in a service of one person. Written to the audit.", no_args_is_help=True)
console = Console(highlight=False, soft_wrap=True)
WHATS = {"person": EXPORT_PERSON, "service": EXPORT_SERVICE}


@app.command("export")
def export(
    reference: Annotated[str, typer.Argument(help="The case.")],
    file: Annotated[Path, typer.Argument(help="Where the file goes: a name ending in .pdf or .json, not there yet.")],
    for_: Annotated[str, typer.Option("--for", help="person, or service for another service.")] = "person",
) -> None:
    """Keep a case as a file."""
    from desk.colleagues import alone  # noqa: PLC0415 (as above)

    form = file.suffix.removeprefix(".")
    if form not in ("pdf", "json") or file.exists() or for_ not in WHATS:
        raise FirstRunError("Name a file that is not there yet and ends in .pdf or .json; --for is person or service.")
    with _alone(reference) as (desk, who):
        made = alone.export(desk, who, reference, WHATS[for_], form)
    file.touch(mode=0o600)
    file.write_bytes(made)
    console.print(f"{reference} is in {file}. Give it by a way that was chosen, and delete it here.")


@app.command("erase")
def erase(reference: Annotated[str, typer.Argument(help="The case.")]) -> None:
    """Destroy keys and words of a case, because its person asked for it. Nobody can bring them back."""
    from desk.colleagues import alone  # noqa: PLC0415 (as above)

    with _alone(reference) as (desk, who):
        alone.erase(desk, who, reference)
    console.print(f"{reference} is erased.")


@app.command("manager")
def manager(name: Annotated[str, typer.Argument(help="How colleagues will see the second manager.")]) -> None:
    """Print a one-time link for a second manager, whom you then let in at the desk."""
    from desk.colleagues import alone  # noqa: PLC0415 (as above)

    with _alone(name) as (desk, who):
        link = set_up_link(desk.settings, alone.add_manager(desk, who, name))
    console.print(f"For {name}, once, within 48 hours:\n{link}")


@contextmanager
def _alone(word: str) -> Iterator[tuple["Desk", "Sole"]]:
    """The desk, for whoever types their password and, so that nothing is done by a slip, `word` once more."""
    from desk.colleagues import alone  # noqa: PLC0415 (as above)
    from desk.service import open_desk  # noqa: PLC0415 (as above)

    ask: Callable[..., str] = typer.prompt
    if ask(f"Nobody else approves this. Type {word} once more to go on") != word:
        raise FirstRunError("That was something else, so nothing was done.")
    desk = open_desk(checking.settings_in_force())
    try:
        yield desk, alone.sole(desk, ask("Your name"), ask("Your password", hide_input=True))
    except (alone.Refused, StaffError, ValueError) as error:
        raise FirstRunError(str(error) or type(error).__name__) from None
    finally:
        desk.database.close()
