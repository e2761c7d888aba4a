"""Restorative cafes at the desk: planning one, who comes, what was said there, and the report."""
