"""Trying everything in five minutes, without any account: `make demo`. Nothing here runs in a real service."""
