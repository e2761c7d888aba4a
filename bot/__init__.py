"""The conversation.

Here may live its core and the intake around it. What is large enough has a room: flows, hearing, referrals, cafes,
posting, channels.
"""
