"""Restorative cafes in the chat: which there are, a place taken or given up, and what people are told of one."""
