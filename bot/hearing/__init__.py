"""What is understood of typed words: commands, options, numbers, questions, signs of danger. Pure."""
