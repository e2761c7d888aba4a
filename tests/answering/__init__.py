"""Typed questions and their answers: behaviour, and how often the right one is found in questions nobody tuned on."""
