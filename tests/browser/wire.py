"""How much comes over the wire, and how does the program feel on a slow one?"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Page

FIRST, FOLLOWING = 100_000, 30_000  # bytes that the first visit takes in all, and a page after it


@dataclass
class Weight:
    """What a visit cost: compressed bytes with their headers, by address."""

    of: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.of.values())

    @property
    def page(self) -> int:
        """Without the pictures of evidence, which come besides, when somebody scrolls to them."""
        pictures = re.compile(r"/evidence/[^/]+(/small|/picture)?$")
        return sum(n for address, n in self.of.items() if not pictures.search(address))


@contextmanager
def weighing(page: Page) -> Iterator[Weight]:
    """The bytes that come for whatever is done to the page meanwhile, as the browser itself counts them."""
    weight, addresses = Weight(), dict[str, str]()
    session = page.context.new_cdp_session(page)
    session.on("Network.requestWillBeSent", lambda e: addresses.update({e["requestId"]: e["request"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda e: weight.of.update(
            {addresses.get(e["requestId"], e["requestId"]): int(e["encodedDataLength"])}
        ),
    )
    session.send("Network.enable")
    yield weight
    page.wait_for_load_state("networkidle")
    session.detach()


def slow_down(page: Page, *, kbit: int = 50, wait_ms: int = 1_000) -> None:
    """Let the page come over a line of so many kilobits a second, each answer beginning after `wait_ms`: slow 2G."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": wait_ms,
            "downloadThroughput": kbit * 1000 / 8,
            "uploadThroughput": kbit * 1000 / 8,
        },
    )
