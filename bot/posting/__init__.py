"""Messages on their way out, and what is left of them in chats: sealed, sent at least once, taken back in time."""
