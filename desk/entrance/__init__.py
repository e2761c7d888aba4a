"""Coming in: the one-time link, name and password, the second step, the recovery key. No case is known here."""
