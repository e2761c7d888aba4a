"""Telling staff that something waits: when, by which way, in which words, and what they answer in Telegram."""
