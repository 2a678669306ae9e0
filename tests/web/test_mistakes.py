"""Does somebody who filled in a form read all their mistakes at once, each beside its field? (R38)"""

from typing import Literal

import pytest
from pydantic import BaseModel, ValidationError

from clm_tracker import languages
from clm_tracker.domain.words import Severity
from clm_tracker.kernel.refusals import FieldError
from clm_tracker.web import components as c
from clm_tracker.web import forms
from clm_tracker.web.pages.set_up.settings_form import General


def test_a_form_that_came_back_tells_all_its_mistakes_at_once() -> None:
    """One that was found, and every question left open, each beside its field and counted above; what may be empty is not."""
    on = c.Option("a", "A")
    form = c.Form(
        "/x",
        c.Button("Keep"),
        (
            c.Field("name", "Name"),
            c.Field("day", "Day", c.FieldKind.DATE),
            c.Field("kind", "Kind", c.FieldKind.RADIO, options=(on,)),
            c.Field("note", "Note", required=False),
        ),
    )
    late = FieldError("day", "This day is over.")

    def told(**typed: str) -> tuple[str | None, dict[str, str | None]]:
        back = c.came_back(form, typed, [late], late.message)
        assert back.problem is not None
        return back.problem.said, {f.name: f.error for f in back.problem.fields}

    needed = "This is needed."
    assert told(day="1999-01-01", name=" ") == (
        "3 answers need another look.",
        {"name": needed, "day": late.message, "kind": needed},
    )
    assert told(day="1999-01-01", name="A", kind="a") == (
        "One answer needs another look.",
        {"day": late.message},
    )
    assert all(f.error is None for f in c.came_back(form, {}, (), "Not now.").fields)


def test_boxes_that_are_ticked_are_chosen_and_not_sent() -> None:
    def told(*languages: str) -> list[tuple[str, str]]:
        typed: forms.Typed = {"name": "A", "prefix": "A", "languages": languages}
        read = forms.check(General, typed, {})
        assert isinstance(read, forms.NotValid)
        return [(error.field, error.message) for error in read.errors]

    assert told(*["en"] * 21) == [("languages", "Choose at most 20.")]
    assert told() == [("languages", "This is needed.")]


def test_limits_and_choices_are_written_as_the_language_of_the_moment_writes_them() -> None:
    class Asked(BaseModel):
        note: forms.Note
        whose: Literal["me", "all"]
        how: Severity

    typed: forms.Typed = {"note": "x" * 4_001, "whose": "them", "how": "dire"}

    def told() -> list[str]:
        with pytest.raises(ValidationError) as no:
            Asked.model_validate(typed)
        return [e.message for e in forms.problems(no.value.errors(include_url=False, include_input=False))]

    assert told() == [
        "Shorten this to at most 4,000 characters.",
        "Choose me or all.",
        "Choose critical, high, standard or systemic.",
    ]
    with languages.speaking("fr"):
        for said, part in zip(told(), ("4\u202f000", "me ou all", "standard ou systemic"), strict=True):
            assert part in said
    page = forms.check(Asked, typed, {})
    assert isinstance(page, forms.NotValid)
    assert {e.message for e in page.errors[1:]} == {"Choose one of these."}  # by their names, below
