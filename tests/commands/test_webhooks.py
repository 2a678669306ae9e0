"""Is another system set up, changed, given a new secret, turned off and tried out, with the lines? (R35)"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from clm_tracker.commands import webhooks
from clm_tracker.commands.webhooks import KINDS, MOST, TEST, Made
from clm_tracker.db.base import table_of
from clm_tracker.db.tables import LedgerRow, LetterRow, WebhookRow
from clm_tracker.db.units import Writing
from clm_tracker.delivery.sealed import WEBHOOKS, Seal
from clm_tracker.domain.words import Channel, LetterState
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, NotFound, NotNow, Stale
from clm_tracker.queries import webhooks as looking
from tests.cast import Cast
from tests.commands.left import left_by, refused, sentence
from tests.commands.test_programmes import ONLY_COORDINATOR

SEAL = Seal(WEBHOOKS, b"Zq8w3N5v7yB2x4C6m9K1j0H3g5F7d9S2")
URL = "https://dashboard.example.org/hook/its-own-key"


def add(cast: Cast, clock: FixedClock, **values: Any) -> Made:
    with cast.writing("Sokha", clock.now()) as unit:
        return webhooks.add(unit, SEAL, **{"name": "Dashboard", "url": URL, **values})


def row(cast: Cast, clock: FixedClock, id: UUID) -> WebhookRow:
    with cast.reading("Sokha", clock.now()) as look:
        found = look.session.scalars(select(WebhookRow).where(WebhookRow.id == id)).one()
        look.session.expunge(found)
        return found


def ledger(cast: Cast, clock: FixedClock) -> str:
    """All that the ledger says about webhooks."""
    with cast.reading("operator", clock.now()) as look:
        lines = look.session.scalars(select(LedgerRow).where(LedgerRow.subject == "webhook"))
        return str([(line.facts, line.changes) for line in lines])


def test_a_webhook_is_added_with_a_secret_that_is_kept_sealed(cast: Cast, clock: FixedClock) -> None:
    """R35: the line says to which server; the rest of the address may be a key."""
    with left_by(cast, clock.now()) as left:
        made = add(cast, clock, name=" Dashboard ", kinds=["replied", "finding_opened"])
    assert left.facts == [{"what": "added the webhook Dashboard"}]
    assert "its-own-key" not in ledger(cast, clock)
    assert "dashboard.example.org" in ledger(cast, clock)
    assert made.secret.startswith("whsec_")
    assert made.secret not in repr(made)
    kept = row(cast, clock, made.id)
    assert made.secret not in kept.secret
    assert SEAL.open(kept.secret) == made.secret
    with cast.reading("Sokha", clock.now()) as look:
        (hook,) = looking.listed(look)
    assert (hook.name, hook.url, hook.kinds) == ("Dashboard", URL, ("finding_opened", "replied"))
    assert (hook.waiting, hook.dead, hook.last_at, hook.disabled_at) == (0, 0, None, None)


def test_all_kinds_are_the_same_as_no_choice(cast: Cast, clock: FixedClock) -> None:
    assert row(cast, clock, add(cast, clock, kinds=KINDS).id).kinds == ()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"url": "dashboard.example.org"}, "url"),
        ({"url": "http://dashboard.example.org/"}, "url"),
        ({"url": "https://192.168.1.4/"}, "url"),
        ({"url": "https://u:p@dashboard.example.org/"}, "url"),
        ({"url": "https://localhost/"}, ""),
        ({"kinds": ["everything"]}, "kinds"),
        ({"kinds": [TEST]}, "kinds"),
    ],
)
def test_what_cannot_be_called_is_refused(
    cast: Cast, clock: FixedClock, values: dict[str, Any], field: str
) -> None:
    if not field:  # a name is looked up when it is called, and refused then
        assert add(cast, clock, **values).secret
        return
    given = {"name": "Dashboard", "url": URL, **values}
    no = refused(cast, clock.now(), "Sokha", lambda unit: webhooks.add(unit, SEAL, **given))
    assert isinstance(no, Invalid)
    assert [e.field for e in no.errors] == [field]


def test_in_development_it_may_be_on_this_machine(cast: Cast, clock: FixedClock) -> None:
    assert add(cast, clock, url="http://127.0.0.1:9000/hook", development=True).secret


def test_there_is_an_end_to_how_many(cast: Cast, clock: FixedClock) -> None:
    for n in range(MOST):
        add(cast, clock, name=f"System {n}")
    again = lambda unit: webhooks.add(unit, SEAL, name="More", url=URL)  # noqa: E731
    assert (
        sentence(cast, clock.now(), "Sokha", again)
        == f"There are {MOST} webhooks already; change one of them."
    )


def test_it_is_changed_by_whoever_saw_it_as_it_is(cast: Cast, clock: FixedClock) -> None:
    made = add(cast, clock)
    values: dict[str, Any] = {
        "name": "Register",
        "url": "https://register.example.org/",
        "kinds": ["replied"],
    }
    with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
        webhooks.change(unit, made.id, **values, version=1)
        webhooks.change(unit, made.id, **values, version=2)  # nothing is different
    assert left.facts == [{"what": "changed the webhook Dashboard"}]
    late = refused(
        cast, clock.now(), "Sokha", lambda unit: webhooks.change(unit, made.id, **values, version=1)
    )
    assert isinstance(late, Stale)
    assert SEAL.open(row(cast, clock, made.id).secret) == made.secret, "its secret stays"


def test_a_new_secret_leaves_a_day_to_change_over(cast: Cast, clock: FixedClock) -> None:
    first = add(cast, clock)
    with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
        second = webhooks.rotate(unit, SEAL, first.id)
    assert left.facts == [{"what": "made a new secret for the webhook Dashboard"}]
    assert second.secret != first.secret
    kept = row(cast, clock, first.id)
    assert kept.old_secret is not None
    assert not any(word in ledger(cast, clock) for word in (second.secret, kept.secret, kept.old_secret))
    assert SEAL.open_all((kept.secret, kept.old_secret)) == (second.secret, first.secret)
    assert kept.old_until == clock.now() + timedelta(hours=24)
    for hours, holds in ((0, True), (23.9, True), (24, False)):
        with cast.reading("Sokha", clock.now() + timedelta(hours=hours)) as look:
            assert (looking.one(look, first.id).old_until is not None) is holds


def test_it_is_turned_off_and_on(cast: Cast, clock: FixedClock) -> None:
    made = add(cast, clock)
    with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
        webhooks.disable(unit, made.id)
    assert left.facts == [{"what": "turned off the webhook Dashboard"}]
    off = refused(cast, clock.now(), "Sokha", lambda unit: webhooks.disable(unit, made.id))
    untried = refused(cast, clock.now(), "Sokha", lambda unit: webhooks.test(unit, made.id))
    assert isinstance(off, NotNow)
    assert isinstance(untried, NotNow)
    with cast.writing("Sokha", clock.now()) as unit:
        webhooks.enable(unit, made.id)
    assert isinstance(
        refused(cast, clock.now(), "Sokha", lambda unit: webhooks.enable(unit, made.id)), NotNow
    )


def test_a_test_is_a_letter_that_waits_for_no_other(cast: Cast, clock: FixedClock) -> None:
    made = add(cast, clock)
    with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
        letter_id = webhooks.test(unit, made.id)
    assert left.facts == [{"what": "tried out the webhook Dashboard"}]
    with cast.reading("Sokha", clock.now()) as look:
        letter = look.session.get_one(LetterRow, letter_id)
        assert (letter.channel, letter.webhook_id, letter.send_at) == (Channel.WEBHOOK, made.id, clock.now())
        (delivery,) = looking.log(look, made.id)
        assert looking.one(look, made.id).waiting == 1
    assert (delivery.kind, delivery.state, delivery.tries) == (TEST, LetterState.WAITING, ())


def test_only_a_coordinator_and_only_in_their_own_programme(cast: Cast, clock: FixedClock) -> None:
    made = add(cast, clock)
    acts: tuple[Callable[[Writing], object], ...] = (
        lambda unit: webhooks.add(unit, SEAL, name="x", url=URL),
        lambda unit: webhooks.change(unit, made.id, name="x", url=URL, kinds=(), version=1),
        lambda unit: webhooks.rotate(unit, SEAL, made.id),
        lambda unit: webhooks.disable(unit, made.id),
        lambda unit: webhooks.enable(unit, made.id),
        lambda unit: webhooks.test(unit, made.id),
    )
    for act in acts:
        assert sentence(cast, clock.now(), "Dara", act) == ONLY_COORDINATOR
    with cast.writing("Sokha", clock.now()) as unit:
        elsewhere = update(table_of(WebhookRow)).values(programme_id=cast.other_programme_id)
        unit.session.execute(elsewhere)
    for act in acts[1:]:
        assert isinstance(refused(cast, clock.now(), "Sokha", act), NotFound)
    with cast.reading("Sokha", clock.now()) as look:
        assert looking.listed(look) == ()
        assert looking.log(look, made.id) == ()
        with pytest.raises(NotFound):
            looking.one(look, made.id)
