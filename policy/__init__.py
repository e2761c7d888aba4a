"""The service's rules, pure: each module is one rule of practice or law, and each rule names its source.

No storage, channel, clock or randomness here, and nothing of ours from outside: what time it is comes in as an
argument. Only `policy.settings` and what it stands on read the outside world (the environment, `.env`, the closed-days
file), once, at start-up.
"""
