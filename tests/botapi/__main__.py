"""`python -m tests.botapi --port 9000`: the stand-in as a process of its own, driven under /_world/."""

import argparse
import asyncio
import signal

from . import BotApi


async def serve(options: argparse.Namespace) -> None:
    api = BotApi(tokens=options.token, quirks=options.quirks, paced=options.paced)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await api.start(options.host, options.port)
    print(api.url, flush=True)
    await stopped.wait()
    await api.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.botapi", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; the address is printed")
    parser.add_argument(
        "--token", action="append", help="only these tokens exist (may be repeated); else any well-formed"
    )
    parser.add_argument("--quirks", action="store_true", help="brake polls that repeat an offset, as Telegram does")
    parser.add_argument("--paced", action="store_true", help="refuse what goes over Telegram's sending limits")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
