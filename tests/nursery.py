"""`python -m tests.nursery`: starts `cairn intake` again and again, from a process that has loaded its libraries once.

For each line on standard input a fork of this process becomes `cairn intake`; its number is printed, and, when it has
ended however it did, its exit code. Loading the libraries anew would be most of the time of a test that kills it often.
"""

import os
import sys

import bot.channels.telegram
import bot.channels.web
import bot.service  # noqa: F401 (loaded here, used after the fork)
from cairn.__main__ import main


def become_the_intake() -> None:
    sys.argv = ["cairn", "intake"]
    try:
        main()
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1 if end.code else 0)
    os._exit(0)


for _line in sys.stdin:
    child = os.fork()
    if not child:
        become_the_intake()
    print(child, flush=True)
    _child, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
