"""Being in touch with a person: their plan, tries held to it, and talks through the chat they used."""
