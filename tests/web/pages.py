"""How do tests read a page as people do: its words, its forms by what their button says, and what a form would send?"""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from fastapi.testclient import TestClient

_FORM = re.compile(r"<form[^>]*?>.*?</form>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def text(html: str) -> str:
    """The words of a page, without its head, with single spaces."""
    body = html[html.index("<body") :] if "<body" in html else html
    return re.sub(r"\s+", " ", unescape(_TAG.sub(" ", body))).replace(" .", ".").replace(" ,", ",")


def form(html: str, button: str) -> tuple[str, dict[str, str]]:
    """Where this button posts to, and what stands in its form, hidden or filled in."""
    for found in _FORM.findall(html):
        pressed = re.search(
            rf"<button([^>]*)>(?:<svg.*?</svg>)?{re.escape(button)}</button>", unescape(found), re.DOTALL
        )
        if pressed:
            own = dict(re.findall(r'([\w-]+)="([^"]*)"', pressed[1]))
            action = re.search(r' action="([^"]*)"', found)
            sent = {own["name"]: own["value"]} if "name" in own else {}
            return own.get("formaction") or unescape(action[1] if action else ""), _filled(found) | sent
    raise AssertionError(f"No form on this page says {button!r}.")


def send(
    client: TestClient, html: str, button: str, files: Mapping[str, Any] | None = None, /, **answers: str
) -> Any:  # noqa: ANN401 - the client's own answer
    """Fill the form with this button in and press it."""
    action, filled = form(html, button)
    return client.post(action, data={**filled, **answers}, files=files)


def follow(client: TestClient, html: str, label: str, *, here: bool = False) -> str:
    """The page that the way with this label leads to; with `here` what a script opens in its place."""
    for tag in re.findall(rf"<a [^>]*>(?=[^<]*{re.escape(label)}[^<]*</a>)", html):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if here and "hx-get" not in attributes:
            continue
        path = unescape(attributes["hx-get" if here else "href"])
        answer = client.get(path, headers={"HX-Request": "true"} if here else {})
        assert answer.status_code == 200, path
        return answer.text
    raise AssertionError(f"No way on this page says {label!r}.")


def _filled(found: str) -> dict[str, str]:
    filled: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", found):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind = attributes.get("type", "text")
        if kind == "file" or (kind in {"radio", "checkbox"} and " checked" not in tag):
            continue
        if "name" in attributes:
            filled[attributes["name"]] = unescape(attributes.get("value", ""))
    for name, content in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', found, re.DOTALL
    ):
        filled[name] = unescape(content)
    for name, content in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', found, re.DOTALL):
        options = re.findall(r'<option value="([^"]*)"( selected)?', content)
        chosen = [value for value, selected in options if selected] or [value for value, _ in options[:1]]
        filled[name] = unescape(chosen[0]) if chosen else ""
    return filled
