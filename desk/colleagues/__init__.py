"""The people who work at the desk: who they are, what they may do, who is away, who approves what takes two."""
