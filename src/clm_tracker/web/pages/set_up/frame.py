"""What do the pages of a programme's set-up look like: parts below one another, or one form with its preview?"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from clm_tracker.web import components as c
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

INDEX = "/set-up"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a page under its heading. What is not given is not shown; `empty` stands where there is nothing yet.

    `chain` leads from one thing to what stands above it; `secret` is a word that is shown this once;
    `explain` is the word of the glossary that one meets here first.
    """

    id: str
    title: str
    says: c.Words = ()
    facts: tuple[c.Fact, ...] = ()
    table: c.Table | None = None
    acts: tuple[c.Act, ...] = ()
    form: c.Form | None = None
    empty: c.Empty | None = None
    chain: tuple[c.Way, ...] = ()
    secret: c.Secret | None = None
    explain: c.Word | None = None


@dataclass(frozen=True)
class PartsPage(Page):
    """A page of parts. `says` is what is known of it at a glance; `problem` says why an act on it was refused.

    `conflict` shows what somebody else wrote in between. Where nothing is yet, the form to begin with stands open.
    """

    template: ClassVar[str] = "pages/set_up/parts.html"

    crumbs: tuple[c.Link, ...]
    heading: str
    problem: c.Problem | None
    parts: tuple[Part, ...]
    search: c.Search | None = None
    pagination: c.Pagination | None = None
    add: c.Button | None = None
    conflict: c.Conflict | None = None
    says: c.Words = ()

    def values(self) -> dict[str, Any]:
        """The fields by name, the form to begin with open."""
        return super().values() | {"parts": _begun(self.parts)}


@dataclass(frozen=True)
class FormPage(Page):
    """One form on a page of its own; `preview` lists what it would change; without a form there is nothing to change."""

    template: ClassVar[str] = "pages/set_up/form.html"

    crumbs: tuple[c.Link, ...]
    heading: str
    preview_says: c.Words
    preview: c.Table | None
    form: c.Form | None
    cancel: c.Button
    conflict: c.Conflict | None = None
    pagination: c.Pagination | None = None
    problem: c.Problem | None = None
    says: c.Words = ()


def _begun(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    if any(p.table or p.facts or p.form or p.chain or p.secret or any(a.open for a in p.acts) for p in parts):
        return parts
    first = next((p for p in parts if p.empty and p.acts), None)
    return tuple(
        replace(p, acts=(replace(p.acts[0], open=True), *p.acts[1:])) if p is first else p for p in parts
    )


def crumbs(*links: c.Link) -> tuple[c.Link, ...]:
    """The way back: the set-up, then what lies between it and this page."""
    return c.Link(_("Set-up"), INDEX), *links
