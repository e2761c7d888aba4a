"""Prints how often the right answer is found in the part held out: `python -m tests.answering [--misses] [FILE]`."""

import sys

from bot.answering import load
from tests.answering.held_out import measure, read

names = [each for each in sys.argv[1:] if not each.startswith("-")] or ["*"]
for name in names:
    examples = read(name)
    figures, misses = measure(load("en"), examples)
    print(f"{len(examples)} examples of {name}")
    print(f"  the right answer, and it alone  {figures.right:.3f}")
    print(f"  the right answer, or one of two {figures.offered:.3f}")
    print(f"  nothing, where nothing is right {figures.abstained:.3f}")
    print(f"  question or not, outside        {figures.asks:.3f}")
    if "--misses" in sys.argv:
        for example, found in misses:
            print(f"    {example.heading}: {example.text} -> {', '.join(found.topics) or 'nothing'}")
