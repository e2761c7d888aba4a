"""A case: found in the list, opened, read, handed on, taken out as a file."""
