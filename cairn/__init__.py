"""The command line, and the one place that knows both sides."""
