"""Prints how well typed questions are answered: `python -m tests.asking.figures`, with `--show` also what went wrong.

What went wrong is shown of the part tuned to only: whoever reads the others can no longer hold them out.
"""

import sys
import time
from collections.abc import Sequence

from bot.hearing import answering
from tests.asking.parts import PARTS, TUNED, measure, read


def main() -> None:
    """Prints, by language, a line for each part, how long reading what was learned takes, and how long a question."""
    for language, parts in PARTS.items():
        _print_of(language, parts)


def _print_of(language: str, parts: Sequence[str]) -> None:
    started = time.process_time()
    answers = answering.load(language)
    loading = time.process_time() - started
    for part in parts:
        figures = measure(answers, read(part))
        print(
            f"{part}: {figures.right:.1%} of {figures.questions} questions right ({figures.alone:.1%} with no other "
            f"beside), {figures.abstained:.1%} of {figures.outside} others abstained from"
        )
        if part == TUNED and "--show" in sys.argv:
            for example, found in figures.wrong:
                print(f"  {example.topic} {example.text!r} {found.topics}")
    took = []
    for each in [each for part in parts for each in read(part)]:
        started = time.process_time()
        answers.find(each.text)
        took.append(time.process_time() - started)
    took.sort()
    print(
        f"{language}: {loading * 1000:.0f} ms to read what was learned; of {len(took)} texts the median takes "
        f"{took[len(took) // 2] * 1000:.2f} ms, the slowest {took[-1] * 1000:.2f} ms"
    )


if __name__ == "__main__":
    main()
