"""Prints how well signs of danger are seen: `python -m tests.safety.figures`, with `--show` what went wrong besides.

What went wrong is shown of the development part only: whoever reads the others can no longer hold them out.
"""

import sys
import time

from bot.hearing.safety_rules import KINDS, load
from bot.hearing.safety_signs import explain, signs
from tests.safety.phrases import HELD_OUT, USED_UP, measure, read


def main() -> None:
    """Prints a line for each part and each kind, and how long a message takes."""
    rules = load("en")
    for part in ("development", *USED_UP, *HELD_OUT):
        messages = read(part)
        figures = measure(messages, rules)
        print(
            f"{part}: {figures.raised:.1%} of {figures.with_sign} raised, {figures.right:.1%} of the right kind, "
            f"{figures.false_alarms:.1%} of {figures.without_sign} false"
        )
        for kind in KINDS:
            of_kind = measure([each for each in messages if kind in each.kinds], rules)
            print(
                f"  {kind}: {of_kind.raised:.1%} of {of_kind.with_sign} raised, {of_kind.right:.1%} of the right kind"
            )
        if part == "development" and "--show" in sys.argv:
            for message in (*figures.wrong, *figures.false):
                print(f"  {sorted(message.kinds)} {message.text!r} {explain(message.text, rules)}")
    messages = read("development")
    started = time.process_time()
    for message in messages:
        signs(message.text, rules)
    print(f"{(time.process_time() - started) / len(messages) * 1000:.2f} ms a message")
    for size in (1024, 4096):
        long = " ".join(message.text for message in messages)[:size]
        started = time.process_time()
        signs(long, rules)
        print(f"{(time.process_time() - started) * 1000:.0f} ms for one of {size} characters")


if __name__ == "__main__":
    main()
