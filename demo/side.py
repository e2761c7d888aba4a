"""One side of Cairn as it is, but on the demo's clock: `python -m demo.side intake|desk FILE`."""

import asyncio
import sys
from pathlib import Path

from cairn import first_run, in_force, logs
from demo.clock import Clock


def main(side: str, file: str) -> None:
    """Serve until ended, with the settings of the environment."""
    logs.set_up()
    settings, now = in_force.settings(), Clock(Path(file)).now
    first_run.prepare(settings)
    if side == "intake":
        from bot.service import serve as serve_intake  # noqa: PLC0415 (each side is loaded only in its own process)

        asyncio.run(serve_intake(settings, now))
    else:
        from desk.service import serve as serve_desk  # noqa: PLC0415

        asyncio.run(serve_desk(settings, now))


if __name__ == "__main__":
    main(*sys.argv[1:])
