"""Looking a page over with axe-core, for what shuts out somebody who sees badly or not at all."""

from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ALL: dict[str, Any] = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
"""Style sheets are not fetched a second time, which the desk's policy forbids: no rule that runs reads them."""
COLOURS = ALL | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
SCHEMES: tuple[tuple[Literal["dark", "light"], dict[str, Any]], ...] = (("dark", COLOURS), ("light", ALL))
"""What is looked for in each."""


def faults(page: Page) -> str:
    """What axe finds on this page as it stands, in light and in dark, which differ in colours alone; empty if nothing.

    The page is left in light.
    """
    found, axe = [], Axe()
    for scheme, options in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        results = axe.run(page, options=options)
        axe = Axe("")  # its script stands in the page now
        found += [f"{page.url} {scheme}: {results.generate_report()}"] if results.violations_count else []
    return "\n".join(found)
