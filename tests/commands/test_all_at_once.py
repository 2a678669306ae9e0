"""Does a command that refuses two answers say so of both, and leave no trace? (R35)

One database is enough: what is refused is decided before anything is kept.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from clm_tracker.commands import (
    actions,
    bulk,
    duty_bearers,
    evidence,
    findings,
    ladders,
    places,
    programmes,
    rounds,
    terms,
    themes,
    tokens,
    views,
    webhooks,
)
from clm_tracker.commands.bulk import Seen
from clm_tracker.db import load
from clm_tracker.db.units import Writing
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.delivery.sealed import Seal
from clm_tracker.domain import bulk as law
from clm_tracker.domain.bulk import Deed
from clm_tracker.domain.words import ClosedAs, PauseReason, Purpose
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid
from tests.cast import SOPHEA, Cast, Kept, on_sqlite
from tests.commands.left import refused
from tests.queries.stories import agree

LONG = "x" * 400
FAR = date(2099, 1, 1)
Do = Callable[[Writing, Cast], object]


@pytest.fixture
def cast(cast_on_sqlite: Kept) -> Iterator[Cast]:
    with on_sqlite(cast_on_sqlite) as cast:
        yield cast


def area(unit: Writing, cast: Cast) -> None:
    places.add_area(
        unit, name=LONG, names={"km": LONG}, level=LONG, parent_id=cast.areas["province"], latitude=99.0
    )


def site(unit: Writing, cast: Cast) -> None:
    places.change_site(unit, cast.sites["hospital"], name=LONG, latitude=1.0)


def theme(unit: Writing, _cast: Cast) -> None:
    themes.add(unit, code=LONG, name=LONG)


def theme_anew(unit: Writing, cast: Cast) -> None:
    themes.replace(unit, cast.themes["care"], name=LONG, on=unit.today - timedelta(days=1))


def round_(unit: Writing, _cast: Cast) -> None:
    rounds.plan_round(unit, name="This quarter", first_on=FAR, last_on=FAR - timedelta(days=1))


def round_changed(unit: Writing, cast: Cast) -> None:
    rounds.change_round(unit, cast.round_id, name=LONG, first_on=FAR, last_on=FAR)


def term(unit: Writing, _cast: Cast) -> None:
    terms.put(unit, language="en", avoid=(), prefer=(LONG,), source=LONG, year=1)


def ladder(unit: Writing, _cast: Cast) -> None:
    ladders.change(unit, "high", name=LONG, names={"km": LONG}, stages=())


def token(unit: Writing, _cast: Cast) -> None:
    tokens.create(unit, name=LONG, expires_at=unit.now)


def view(unit: Writing, _cast: Cast) -> None:
    views.save(unit, name=LONG, names={"km": LONG}, query="q=x")


def settings(unit: Writing, _cast: Cast) -> None:
    programmes.change_settings(unit, {"name": LONG, "prefix": "1", "weekend": range(7), "fewest_told": 1})


def post(unit: Writing, _cast: Cast) -> None:
    duty_bearers.add(unit, title=LONG, level=LONG, from_on=FAR, to_on=FAR - timedelta(days=1))


def post_changed(unit: Writing, cast: Cast) -> None:
    own = cast.posts["health_centre"]
    places.close_area(unit, places.add_area(unit, name="Old", level="commune"), on=unit.today)
    closed = next(a.id for a in unit.rules.areas.values() if a.name == "Old")
    duty_bearers.change(unit, own, {"area_id": closed, "superior_id": own})


def holder(unit: Writing, cast: Cast) -> None:
    duty_bearers.appoint(
        unit, cast.posts["health_centre"], name=LONG, email="nobody", from_on=date(2000, 1, 1)
    )


def webhook(unit: Writing, _cast: Cast) -> None:
    webhooks.add(
        unit, Seal("webhooks", b"a secret key of the tests"), name=LONG, url="ftp://x", kinds=("none",)
    )


@pytest.mark.parametrize(
    ("do", "fields"),
    [
        (webhook, ["name", "url", "kinds"]),
        (area, ["latitude", "level", "name", "name_km"]),
        (site, ["longitude", "name"]),
        (theme, ["code", "name"]),
        (theme_anew, ["on", "name"]),
        (round_, ["last_on", "name"]),
        (round_changed, ["first_on", "name"]),
        (term, ["avoid", "prefer", "source", "year"]),
        (ladder, ["name", "name_km", "stages"]),
        (token, ["name", "expires_at"]),
        (view, ["name", "name_km"]),
        (settings, ["settings", "name", "prefix", "weekend"]),
        (post, ["title", "level", "to_on"]),
        (post_changed, ["area_id", "superior_id"]),
        (holder, ["name", "email", "from_on"]),
    ],
)
def test_of_what_is_set_up(cast: Cast, clock: FixedClock, do: Do, fields: list[str]) -> None:
    no = refused(cast, clock.now(), "Sokha", lambda unit: do(unit, cast))
    assert isinstance(no, Invalid)
    assert [error.field for error in no.errors] == fields


def test_of_a_finding(cast: Cast, clock: FixedClock) -> None:
    """R3, R4, R7, R14, R15, R17."""
    now = clock.now()
    ref, yesterday = cast.open_finding(now).ref, now.date() - timedelta(days=1)
    action = agree(cast, clock, cast.open_finding(now).ref)
    draft = cast.draft(now).ref
    with cast.reading("Dara", now) as look:
        seen = [Seen(ref, law.mark(load.case(look, ref, lock=False)))]
    own = cast.posts["health_centre"]
    for name, do, fields in (
        (SOPHEA, lambda u: actions.propose(u, ref, what=" ", due_on=yesterday), ["what", "due_on"]),
        (
            SOPHEA,
            lambda u: actions.ask_extension(u, action, due_on=yesterday, reason=" "),
            ["due_on", "reason"],
        ),
        (SOPHEA, lambda u: findings.propose_transfer(u, ref, to=own, reason=" "), ["to", "reason"]),
        (
            "Dara",
            lambda u: findings.close(u, ref, closed_as=ClosedAs.MERGED, reason=" ", merged_into=ref),
            ["reason", "merged_into"],
        ),
        (
            "Dara",
            lambda u: bulk.carry_out(u, Deed.PAUSE, seen, reason=" ", why=PauseReason.AGREED, until=now),
            ["reason", "until"],
        ),
        (
            "Dara",
            lambda u: evidence.attach(
                u,
                ref,
                purpose=Purpose.PROBLEM,
                store=EvidenceStore.at("memory:///"),
                url="x",
                captured_on=FAR,
            ),
            ["captured_on", "url"],
        ),
        (
            "Dara",
            lambda u: findings.open_(u, draft, duty_bearer_id=cast.round_id, reason=" "),
            ["duty_bearer", "reason"],
        ),
    ):
        no = refused(cast, now, name, do)
        assert isinstance(no, Invalid), no.sentence
        assert [error.field for error in no.errors] == fields
