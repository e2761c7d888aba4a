"""Prints how well typed questions are answered: `python -m tests.asking.figures`, with `--show` also what went wrong.

What went wrong is shown of the part tuned to only: whoever reads the others can no longer hold them out.
"""

import sys
import time

from bot import answering
from tests.asking.parts import HELD_OUT, TUNED, measure, read


def main() -> None:
    """Prints a line for each part, how long reading what was learned takes, and how long a question."""
    started = time.process_time()
    answers = answering.load("en")
    loading = time.process_time() - started
    for part in (TUNED, *HELD_OUT):
        figures = measure(answers, read(part))
        print(
            f"{part}: {figures.right:.1%} of {figures.questions} questions right ({figures.alone:.1%} with no other "
            f"beside), {figures.abstained:.1%} of {figures.outside} others abstained from"
        )
        if part == TUNED and "--show" in sys.argv:
            for example, found in figures.wrong:
                print(f"  {example.topic} {example.text!r} {found.topics}")
    examples = [each for part in (TUNED, *HELD_OUT) for each in read(part)]
    took = []
    for each in examples:
        started = time.process_time()
        answers.find(each.text)
        took.append(time.process_time() - started)
    took.sort()
    print(
        f"{loading * 1000:.0f} ms to read what was learned; of {len(took)} texts the median takes "
        f"{took[len(took) // 2] * 1000:.2f} ms, the slowest {took[-1] * 1000:.2f} ms"
    )


if __name__ == "__main__":
    main()
