"""The commands of `cairn`. Each is a few lines that call the part that does it; no rule of the service lives here.

A command imports that part itself: each side is loaded only in its own process, and nobody waits for what another
command needs.
"""

# ruff: noqa: PLC0415 (as said above)

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from cairn import alone

if TYPE_CHECKING:
    from cairn.ports import Address
    from policy.settings import Settings

app = typer.Typer(
    help="A chat that walks a survivor of harm, one small step at a time, to a restorative justice service.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
staff_app = typer.Typer(help="Who works at the desk.", no_args_is_help=True)
keys_app = typer.Typer(help="Which keys there are, and whether they fit. No key is shown.")
audit_app = typer.Typer(help="Who saw what.", no_args_is_help=True)
app.add_typer(staff_app, name="staff")
app.add_typer(audit_app, name="audit")
app.add_typer(alone.app, name="alone")
app.add_typer(keys_app, name="keys")
console = Console(highlight=False, soft_wrap=True)


WhenTold = Annotated[bool, typer.Option("--when-told", hidden=True, help="Load, then wait for a line of input.")]
"""How `cairn run` starts a side, which loads while `cairn run` looks at all that both need, and makes it."""


@app.command()
def run() -> None:
    """Start both sides: the web chat, the desk, and the bots whose tokens are set."""
    from cairn import in_force, ports, together

    settings = in_force.settings_to_serve()
    ports.check(ports.of_web(settings), ports.of_desk(settings))
    with together.loading() as sides:
        from cairn import first_run  # only now: it takes a while, and both sides load meanwhile

        first_run.greet(settings, console)
        code = together.keep_up(sides, console)
    sys.exit(code)


@app.command()
def intake(when_told: WhenTold = False) -> None:
    """Start the public side only: the web chat, and Telegram when its token is set."""
    from bot.service import serve
    from cairn import ports

    asyncio.run(serve(_settings_to_begin(when_told, ports.of_web)))


@app.command()
def desk(when_told: WhenTold = False) -> None:
    """Start the staff side only: the desk, its bot, and the alerts."""
    from cairn import ports
    from desk.service import serve

    asyncio.run(serve(_settings_to_begin(when_told, ports.of_desk)))


def _settings_to_begin(when_told: bool, address: Callable[["Settings"], "Address"]) -> "Settings":
    """The settings of a side, once all that it needs is there."""
    from cairn import first_run, in_force, logs, ports, together

    logs.set_up()
    if when_told:
        together.wait_until_told()
        settings = in_force.settings()
        ports.check(address(settings))
    else:
        settings = in_force.settings_to_serve()
        ports.check(address(settings))
        first_run.prepare(settings)
    return settings


@app.command()
def talk(
    flow: Annotated[str, typer.Argument(help="Begin in this flow instead of the menu.")] = "menu",
    record: Annotated[
        str, typer.Option(help="Write the conversation down as tests/transcripts/FLOW/NAME.en.txt.")
    ] = "",
) -> None:
    """Chat in the terminal. Nothing you say is kept, and nobody is told."""
    from cairn import talking

    talking.talk(flow, record, console)


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="The words; without them, each line of standard input.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON for each.")] = False,
) -> None:
    """Say what the chat would make of typed words: command, topic, signs of danger."""
    from cairn import asking, in_force

    texts = [text] if text else asking.lines(sys.stdin)
    asking.ask(texts, in_force.settings(), console, as_json=as_json)


@app.command()
def check(
    live: Annotated[bool, typer.Option("--live", help="Refuse what is unsigned, stale or a default, too.")] = False,
    language: Annotated[str, typer.Option(help="Only what this language lacks, for whoever translates it.")] = "",
) -> None:
    """Look through words, flows and settings, and say what has to be put right."""
    from cairn import checking

    problems = checking.faults(language) if language else checking.problems(live=live)
    for problem in problems:
        console.print(f"- {problem}", markup=False)
    for note in checking.notes():
        console.print(f"  {note}", markup=False)
    console.print("Everything is in order." if not problems else f"{len(problems)} to put right.")
    sys.exit(bool(problems))


@app.command()
def walk(flow: Annotated[str, typer.Argument(help="Only this flow.")] = "") -> None:
    """Go through every state of the flows, and say what was proved in each."""
    from cairn import walking

    sys.exit(not walking.walk(flow, console))


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where it goes; made if it is not there.")],
) -> None:
    """Write a backup while Cairn runs: a body, and a keyring that is deleted after 7 days."""
    from cairn import backing_up, in_force

    backing_up.backup(in_force.settings(), folder, console)


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the backups are.")],
    identity: Annotated[
        Path | None, typer.Option(help="File with the private half of the backup key; else it is asked for.")
    ] = None,
    new_secrets: Annotated[
        bool, typer.Option("--new-secrets", help="The secrets are lost: make new ones. No password fits then.")
    ] = False,
) -> None:
    """Put the newest backup back, into an empty database, while Cairn does not run."""
    from cairn import backing_up, in_force

    key = backing_up.identity(folder, identity, lambda: typer.prompt("Private half of the backup key", hide_input=True))
    backing_up.restore(in_force.settings(), folder, key, console, new_secrets=new_secrets)


@app.command()
def erase(
    code: Annotated[
        list[str] | None,
        typer.Argument(
            help="The four words. Better left out: then they are asked for, and no list of processes has them."
        ),
    ] = None,
) -> None:
    """Erase a referral by its receipt code, for its person, who has read it out. Written to the audit."""
    from cairn import erasing, in_force

    erasing.erase(in_force.settings(), " ".join(code or ()) or typer.prompt("Receipt code"), console)


@staff_app.command("add")
def staff_add(
    name: Annotated[str, typer.Argument(help="How colleagues see this person.")],
    role: Annotated[list[str], typer.Option(help="coordinator, facilitator, manager or auditor; may be given twice.")],
    recovery: Annotated[bool, typer.Option("--recovery", help="Let them in with the printed recovery key.")] = False,
) -> None:
    """Print a one-time link with which somebody new chooses a password."""
    from cairn import first_run, in_force

    key = typer.prompt("Recovery key", hide_input=True) if recovery else None
    if recovery and typer.prompt(f"It opens every case. Type {name} once more to go on") != name:
        raise first_run.FirstRunError("That was something else, so nothing was done.")
    settings = in_force.settings()
    link = first_run.add_member(settings, name, role, key)
    console.print(f"For {name}, once, within 48 hours:\n{link}")


@staff_app.command("reset-second-step")
def staff_reset_second_step(name: Annotated[str, typer.Argument(help="Whose phone or passkey is lost.")]) -> None:
    """Let somebody set up another second step at their next sign-in, which still asks for their password."""
    from cairn import first_run, in_force

    first_run.reset_second_step(in_force.settings(), name)
    console.print(f"{name} sets up another second step at the next sign-in.")


@keys_app.callback(invoke_without_command=True)
def keys_show(context: typer.Context) -> None:
    """Say which keys there are, how old they are, who holds them, and what to keep apart. No key is shown."""
    if context.invoked_subcommand is None:
        from cairn import in_force, keys

        keys.show(in_force.settings(), console)


@keys_app.command("check")
def keys_check() -> None:
    """Check that the secrets of this data folder fit its database."""
    from cairn import in_force, keys

    sys.exit(not keys.check(in_force.settings(), console))


@keys_app.command("new-backup-key")
def keys_new_backup_key() -> None:
    """Make a key for backups. Type it on another machine: its private half never belongs on this one."""
    from cairn import keys

    keys.new_backup_key(console)


@audit_app.command("head")
def audit_head() -> None:
    """Print the signed head of the audit, to be kept away from this machine."""
    from cairn import auditing, in_force

    head, key = auditing.head(in_force.settings())
    console.print(f"{head}\nKey to check it with: {key}" if head else "Nothing is written down yet.", markup=False)


@audit_app.command("verify")
def audit_verify(
    kept: Annotated[
        list[str] | None,
        typer.Argument(help="Heads kept elsewhere, or files they stand in, such as e-mails."),
    ] = None,
    key: Annotated[str, typer.Option(help="The key kept with them; else this machine's own.")] = "",
) -> None:
    """Check that no row of the audit was changed or taken out, and none cut off since a head was kept elsewhere."""
    from cairn import auditing, in_force

    faults, heads = auditing.verify(in_force.settings(), kept or [], key)
    for fault in faults:
        console.print(fault, markup=False)
    if not faults:
        console.print(f"The audit is whole, and fits {heads} heads kept elsewhere." if heads else "The audit is whole.")
    sys.exit(bool(faults))


def main() -> None:
    """Run a command; what an operator can mend is said in plain words, without a traceback."""
    try:
        app()
    except Exception as error:
        if not _is_for_the_operator(error):
            raise
        print(error, file=sys.stderr)
        sys.exit(2)


def _is_for_the_operator(error: Exception) -> bool:
    from cairn.auditing import AuditingError
    from cairn.backing_up import BackingUpError
    from cairn.erasing import ErasingError
    from cairn.first_run import FirstRunError
    from cairn.ports import PortError
    from content.words import ContentError
    from policy.settings import SettingsError
    from storage.database import DatabaseError
    from storage.secrets import SecretsError

    ours = FirstRunError, AuditingError, BackingUpError, ErasingError, PortError
    return isinstance(error, (SettingsError, ContentError, DatabaseError, SecretsError, *ours))


if __name__ == "__main__":
    main()
