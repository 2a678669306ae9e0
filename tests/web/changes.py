"""What do two people do with each form of the set-up, and which doors write over nothing? (decision 0020)"""

from dataclasses import dataclass, field
from typing import Any

# What only adds, or says one thing of what is named and is refused when that is so already: nothing is written over.
ADDS = {
    "/themes", "/themes/{theme_id}/retire", "/places", "/places/{area_id}/areas", "/places/{area_id}/sites", "/rounds", "/forums",
    "/calendar-days", "/calendar-days/public", "/duty-bearers/new", "/webhooks/new", "/webhooks/{webhook_id}/test",
    "/webhooks/{webhook_id}/disable", "/webhooks/{webhook_id}/enable", "/wordings/{wording}/try", "/people/invite",
    "/people/{person_id}/grant", "/people/{person_id}/end-role", "/people/{person_id}/disable", "/people/{person_id}/enable",
}  # fmt: skip
# What names the list of what it moves, and is refused when that is another one (R30).
MOVES = {"/ladders/{key}/move"}


@dataclass(frozen=True, slots=True)
class Change:
    """What two people do with the form of one door, on one page; `says` is what the second is told of the first.

    `wrong` is a slip of the pen on the way; `before` is done first by the doors it names.
    """

    door: str
    page: str
    first: dict[str, Any]
    second: dict[str, Any]
    says: str
    wrong: dict[str, Any] = field(default_factory=dict)
    before: tuple[tuple[str, str, dict[str, Any]], ...] = ()
    form: str = ""

    @property
    def asked(self) -> str:
        """The address of the form: a button may send it elsewhere."""
        return self.form or self.door


WORDS = {"subject": "{ref}: our own words", "opening": "We write.", "ask": "Call us.", "after": ""}
SETTINGS = "/settings"
CLOSED = (("/sites/{site_id}/close", "/sites/{site_id}", {"on": "2026-06-01"}),)
LINK: tuple[tuple[str, str, dict[str, Any]], ...] = (("/people/{person_id}/link", "/people/{person_id}", {}),)
CHANGE_TERM = "/terms/change?language=en&key=hurtful+word"
CHANGES = (
    Change(
        "/settings/general",
        SETTINGS,
        {"name": "Eyes"},
        {"name": "Ears"},
        "Name of the programme Eyes Ears",
        {"name": ""},
    ),
    Change(
        "/settings/windows/{severity}",
        SETTINGS,
        {"fix": "40wd"},
        {"fix": "50wd"},
        "To put it right 40 working days 50 working days",
        {"agree": "soon"},
    ),
    Change(
        "/settings/own",
        SETTINGS,
        {"decide": "4wd"},
        {"review": "9wd"},
        "4 working days",
        {"route": "soon"},
    ),
    Change(
        "/settings/limits",
        SETTINGS,
        {"community_by_role": ["yes"]},
        {"community_by_role": [], "max_pauses": "1"},
        "yes no",
        {"reply_days": "1"},
    ),
    Change(
        "/settings/safety",
        SETTINGS,
        {"safety_mode": ["yes"]},
        {"safety_mode": []},
        "Run in safety mode yes no",
    ),
    Change(
        "/rounds/{round_id}",
        "/rounds/{round_id}",
        {"last_on": "2026-04-30"},
        {"name": "Spring"},
        "2026-04-30",
        {"last_on": "soon"},
    ),
    Change(
        "/forums/{forum_id}",
        "/forums/{forum_id}",
        {"held_on": "2026-05-11"},
        {"name": "May"},
        "2026-05-11",
        {"held_on": "2026-01-01"},
    ),
    Change(
        "/calendar-days/{day_id}",
        "/calendar-days/{day_id}",
        {"name": "Flood"},
        {"name": "Rain"},
        "Flood Rain",
        {"name": ""},
    ),
    Change(
        "/themes/{theme_id}",
        "/themes/{theme_id}",
        {"name": "All"},
        {"name": "Care"},
        "Name All Care",
        {"name": ""},
    ),
    Change(
        "/themes/{theme_id}/replace",
        "/themes/{theme_id}",
        {"name": "All"},
        {"name": "Next", "on": "2026-04-01"},
        "Name: All",
        {"on": "2026-01-01"},
        form="/themes/{theme_id}",
    ),
    Change(
        "/places/{area_id}",
        "/places/{area_id}",
        {"code": "A1"},
        {"code": "A2"},
        "Code A1 A2",
        {"position": "north"},
    ),
    Change(
        "/places/{area_id}/close",
        "/places/{area_id}",
        {"on": "2026-02-01"},
        {"on": "2026-03-01"},
        "Closed: Sun 1 February",
        {"on": "2026-06-01"},
    ),
    Change(
        "/places/{area_id}/reopen",
        "/places/{area_id}",
        {},
        {},
        "Closed: –",
        before=(("/places/{area_id}/close", "/places/{area_id}", {"on": "2026-02-01"}),),
    ),
    Change(
        "/sites/{site_id}",
        "/sites/{site_id}",
        {"code": "S1"},
        {"code": "S2"},
        "Code S1 S2",
        {"position": "north"},
    ),
    Change(
        "/sites/{site_id}/close",
        "/sites/{site_id}",
        {"on": "2026-06-01"},
        {"on": "2026-07-01"},
        "Closed: Mon 1 June",
        {"on": "soon"},
    ),
    Change("/sites/{site_id}/reopen", "/sites/{site_id}", {}, {}, "Closed: –", before=CLOSED),
    Change(
        "/sites/{site_id}/move",
        "/sites/{site_id}/move?q=e",
        {"area_id": "{area_id}"},
        {"area_id": "{province}"},
        "In: Elsewhere",
        {"area_id": "x"},
    ),
    Change(
        "/duty-bearers/{post_id}/change",
        "/duty-bearers/{post_id}/change",
        {"title": "Head"},
        {"title": "Chair"},
        "Title Head Chair",
        {"to_on": "soon"},
    ),
    Change(
        "/duty-bearers/{post_id}/appoint",
        "/duty-bearers/{post_id}",
        {"name": "Nary"},
        {"name": "Thavy", "from_on": "2026-03-03"},
        "Held by: Nary, from Mon 2 March",
        {"email": "thavy"},
    ),
    Change(
        "/duty-bearers/{post_id}/reach",
        "/duty-bearers/{post_id}",
        {"phone": "+855 12 000 111"},
        {"phone": "+855 12 000 222"},
        "+855 12 000 111",
        {"phone": "call me"},
    ),
    Change(
        "/duty-bearers/{post_id}/relieve",
        "/duty-bearers/{post_id}",
        {"last_on": "2026-05-01"},
        {"last_on": "2026-04-01"},
        "to Fri 1 May",
        {"last_on": "1999-01-01"},
    ),
    Change(
        "/duty-bearers/{post_id}/close",
        "/duty-bearers/{post_id}",
        {"closed_on": "2026-06-01"},
        {"closed_on": "2026-05-01"},
        "Exists until: Sun 31 May",
        {"closed_on": "soon"},
    ),
    Change("/terms/new", CHANGE_TERM, {"prefer": "kind"}, {"prefer": "warm"}, "kind warm", {"year": "1492"}),
    Change(
        "/terms/hide",
        CHANGE_TERM,
        {"prefer": "kind"},
        {"prefer": "warm"},
        "kind warm",
        form="/terms/new",
    ),
    Change(
        "/terms/show",
        CHANGE_TERM,
        {"prefer": "kind"},
        {"prefer": "warm"},
        "kind warm",
        before=(("/terms/hide", CHANGE_TERM, {}),),
        form="/terms/new",
    ),
    Change(
        "/wordings/{wording}",
        "/wordings/{wording}",
        WORDS,
        {**WORDS, "subject": "{ref}: mine"},
        "{ref}: our own words {ref}: mine",
        {"ask": "{reporter}"},
    ),
    Change(
        "/wordings/{wording}/shipped",
        "/wordings/{wording}",
        {**WORDS, "subject": "{ref}: theirs"},
        {},
        "{ref}: theirs",
        before=(("/wordings/{wording}", "/wordings/{wording}", WORDS),),
        form="/wordings/{wording}",
    ),
    Change(
        "/webhooks/{webhook_id}/change",
        "/webhooks/{webhook_id}/change",
        {"name": "Register"},
        {"name": "Board"},
        "Name Register Board",
        {"url": "no"},
    ),
    Change(
        "/webhooks/{webhook_id}/secret",
        "/webhooks/{webhook_id}",
        {},
        {},
        "The secret before holds until: Tue 3 Mar",
    ),
    Change(
        "/ladders/{key}/edit",
        "/ladders/{key}/edit",
        {"name": "Quick", "do": "save"},
        {"wait_1": "9", "do": "save"},
        "Stage 1: Wait 1 9",
        {"wait_2": "long"},
    ),
    Change("/people/{person_id}/link", "/people/{person_id}", {}, {}, "A link works until: Mon 9 Mar"),
    Change(
        "/people/{person_id}/withdraw", "/people/{person_id}", {}, {}, "A link works until: –", before=LINK
    ),
    Change(
        "/findings/views/{view_id}/rename",
        "/findings/views/{view_id}",
        {"name": "First"},
        {"name": "Second"},
        "First Second",
        {"name": ""},
    ),
    Change(
        "/findings/views/{view_id}/remove",
        "/findings/views/{view_id}",
        {"name": "First"},
        {},
        "What the view is called: First",
        form="/findings/views/{view_id}/rename",
    ),
)
