"""Which browser do the tests drive, and how is it started the same way everywhere?"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, sync_playwright

from clm_tracker.kernel.refusals import Refusal

# The shell draws the same pages; without windows of its own it takes a third of the time to open one.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Nothing but the pages: no sandbox (containers have none to give), no traffic of the browser's own.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
)


@contextmanager
def started() -> Iterator[Browser]:
    """A browser with a fresh profile. Raises Refusal where there is none."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        raise Refusal(
            "no_chromium", "No Chromium here: install Debian's package chromium to run the browser tests."
        )
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS), headless=True)
        except Error as no:
            raise Refusal("no_chromium", f"{found} does not start: {no.message}") from no
        try:
            yield browser
        finally:
            browser.close()
