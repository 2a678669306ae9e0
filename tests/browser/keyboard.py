"""How does somebody get about a page who has no pointer?"""

import pytest
from playwright.sync_api import Locator, Page


def reach(page: Page, wanted: Locator) -> None:
    """Tab until it has the focus."""
    for _press in range(99):
        page.keyboard.press("Tab")
        if wanted.evaluate("it => it === document.activeElement"):
            return
    pytest.fail(f"No Tab leads to {wanted}")


def press_by_key(page: Page, wanted: Locator) -> None:
    """Tab until it has the focus, and press Enter."""
    reach(page, wanted)
    page.keyboard.press("Enter")
