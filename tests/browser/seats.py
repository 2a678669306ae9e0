"""How does a test get a page in front of somebody of the cast, and hear of everything that went wrong on it?"""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from tests.browser.served import Served

PHONE, LAPTOP = 360, 1280
_HEIGHTS = {PHONE: 740, LAPTOP: 800}
# Said of every answer of 400 and above; the answers themselves are judged instead.
_SAID_OF_ANSWERS = "Failed to load resource"
# Chromium breaks off what is still on its way when a page is left.
_LEFT = "net::ERR_ABORTED"


@dataclass
class Seats:
    """Gives out signed-in pages; `problems` is what their consoles, scripts, policies and answers complained of."""

    browser: Browser
    served: Served
    problems: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)
    _again: dict[str | None, Page] = field(default_factory=dict)

    def again(self, role: str | None) -> Page:
        """The same page for this person each time, for looking at one address after another; it comes from the desk."""
        if role not in self._again:
            self._again[role] = self(role)
            self._again[role].goto("/")
        return self._again[role]

    def __call__(
        self,
        role: str | None,
        width: int = LAPTOP,
        *,
        js: bool = True,
        dark: bool = False,
        language: str = "en",
        **more: Any,
    ) -> Page:
        """A page on which this person is signed in: a role, a key of the cast, or None for nobody.

        Addresses are relative to the server: `page.goto("/findings")`.
        """
        context = self.browser.new_context(
            base_url=self.served.url,
            viewport={"width": width, "height": _HEIGHTS.get(width, 800)},
            java_script_enabled=js,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale=language,
            **more,
        )
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        if role is not None:
            self.served.speak(role, language)
            name, word = self.served.cookie(role)
            context.add_cookies([{"name": name, "value": word, "url": self.served.url}])
        page = context.new_page()
        self._listen(page)
        return page

    def close(self) -> None:
        """Close every page that was given out."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()

    def _listen(self, page: Page) -> None:
        def heard(said: ConsoleMessage) -> None:
            # A refusal by the content security policy is an error of the console too.
            if said.type in {"error", "warning"} and not said.text.startswith(_SAID_OF_ANSWERS):
                self.problems.append(f"{page.url}: the console says {said.text}")

        def answered(answer: Response) -> None:
            asked = answer.request.resource_type
            if answer.status >= 500 or (answer.status >= 400 and asked not in {"document", "fetch", "xhr"}):
                self.problems.append(f"{page.url}: {answer.status} for {answer.url}")

        def failed(request: Request) -> None:
            if request.failure != _LEFT:
                self.problems.append(f"{page.url}: {request.failure} for {request.url}")

        page.on("console", heard)
        page.on("pageerror", lambda wrong: self.problems.append(f"{page.url}: {wrong.message}"))
        page.on("response", answered)
        page.on("requestfailed", failed)
