"""Do other systems hear of each event once and in order, whatever their servers do? (R45)"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from clm_tracker.commands import actions, findings, webhooks
from clm_tracker.db.base import table_of
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import LedgerRow, LetterRow, NoticeRow, WebhookRow
from clm_tracker.delivery.webhooks import Webhooks
from clm_tracker.domain.letters import RETRIES
from clm_tracker.domain.words import Channel, ClosedAs, LetterState
from clm_tracker.jobs import relay
from clm_tracker.jobs.parcels import Post
from clm_tracker.jobs.relay import OFF_AFTER, RelayReport
from clm_tracker.kernel.clock import FixedClock, SystemClock
from clm_tracker.queries import webhooks as webhooks_known
from tests.cast import Cast
from tests.delivery.web_server import Request, WebServer, serving
from tests.jobs.letters.conftest import BASE_URL

MINUTE = timedelta(minutes=1)
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()


@dataclass
class Switchboard:
    """The relay with a webhook at a real server; `development` lets it call this machine."""

    cast: Cast
    clock: FixedClock
    server: WebServer
    development: bool = True

    def hook(self, path: str = "/told", *, url: str | None = None) -> UUID:
        made = new_id()
        with self.cast.writing("Sokha", self.clock.now()) as unit:
            unit.session.execute(
                insert(table_of(WebhookRow)).values(
                    id=made,
                    programme_id=self.cast.programme_id,
                    name="Dashboard",
                    url=url or f"{self.server.url}{path}",
                    kinds=(),
                    secret=SECRET,
                    created_at=self.clock.now(),
                    version=1,
                )
            )
        return made

    def run(self, after: timedelta = timedelta()) -> RelayReport:
        self.clock.set(self.clock.now() + after)
        web = Webhooks(self.clock, development=self.development, timeout=0.5)
        post = Post(carriers={Channel.WEBHOOK: web}, base_url=BASE_URL)
        return relay.run_relay(self.cast.store, self.clock, post, worker="test")

    def states(self) -> list[LetterState]:
        with self.cast.reading("Sokha", self.clock.now()) as look:
            query = select(LetterRow.state).where(LetterRow.channel == Channel.WEBHOOK)
            return list(look.session.scalars(query))


@pytest.fixture
def board(cast: Cast) -> Iterator[Switchboard]:
    """Nothing is left of what the making of the cast told; the clock is the machine's, as receivers ask for it."""
    clock = FixedClock(SystemClock().now().replace(microsecond=0))
    with serving(WebServer()) as server:
        made = Switchboard(cast, clock, server)
        made.run()
        yield made


def kinds(server: WebServer) -> list[str]:
    return [json.loads(request.body)["type"] for request in server.requests]


def ids(server: WebServer) -> list[str]:
    return [request.headers["webhook-id"] for request in server.requests]


def verified(request: Request, body: bytes | None = None) -> object:
    """What a receiver with the reference library makes of it. Raises WebhookVerificationError."""
    return Webhook(SECRET).verify((body or request.body).decode(), request.headers)


def test_one_event_that_is_told_to_many_is_one_call(board: Switchboard) -> None:
    finding = board.cast.open_finding(board.clock.now())
    board.run()
    board.hook()
    with board.cast.writing("Sophea", board.clock.now()) as unit:
        findings.refuse(unit, finding.ref, reason="It belongs to the district.")
    board.run()
    board.run(MINUTE)
    assert kinds(board.server).count("refused") == 1
    assert len(ids(board.server)) == len(set(ids(board.server)))


def test_what_happened_is_told_whatever_came_after_it(board: Switchboard) -> None:
    """A webhook is told events, each and in order: none lapses while its receiver is down."""
    finding = board.cast.open_finding(board.clock.now())
    board.run()
    board.hook()
    with board.cast.writing("Sophea", board.clock.now()) as unit:
        due_on = unit.today + timedelta(days=10)
        action = actions.propose(unit, finding.ref, what="Send samples weekly", due_on=due_on)
    board.server.then((503, "down"))
    board.run()
    board.server.requests.clear()
    with board.cast.writing("Dara", board.clock.now()) as unit:
        actions.accept(unit, action.id)
        findings.close(unit, finding.ref, closed_as=ClosedAs.WITHDRAWN, reason="Logged twice.")
    board.run(MINUTE)
    board.run(5 * MINUTE)
    assert {"action_proposed", "action_agreed"} <= set(kinds(board.server))


def test_what_was_told_before_it_came_is_not_told_to_a_new_one(board: Switchboard) -> None:
    board.cast.open_finding(board.clock.now())  # not placed yet
    board.clock.advance(hours=1)
    board.hook()
    board.run()
    assert board.server.requests == []
    board.cast.open_finding(board.clock.now())
    board.run()
    assert kinds(board.server) == ["finding_opened"]


def test_a_receiver_that_is_down_then_slow_hears_it_under_the_same_identifier(board: Switchboard) -> None:
    board.hook()
    board.cast.open_finding(board.clock.now())
    board.server.then((503, "down"), "hang")
    assert board.run().later == 1
    assert board.run(MINUTE).later == 1
    board.run(5 * MINUTE)
    assert board.states() == [LetterState.SENT]
    assert len(ids(board.server)) == 3
    assert len(set(ids(board.server))) == 1


def test_events_of_one_finding_come_in_order_and_others_do_not_wait(board: Switchboard) -> None:
    board.hook()
    first = board.cast.open_finding(board.clock.now())
    board.server.then((500, "not this one"))
    assert board.run().later == 1
    with board.cast.writing("Sophea", board.clock.now()) as unit:
        findings.reply(unit, first.ref, text="We have asked for more.")
    other = board.cast.open_finding(board.clock.now())
    board.run()
    heard = [json.loads(r.body) for r in board.server.requests]
    told = [(one["data"]["finding"]["ref"], one["type"]) for one in heard]
    assert told == [(first.ref, "finding_opened"), (other.ref, "finding_opened")]
    board.run(MINUTE)
    board.run()
    heard = [json.loads(r.body) for r in board.server.requests]
    told = [(one["data"]["finding"]["ref"], one["type"]) for one in heard]
    assert told[2:] == [(first.ref, "finding_opened"), (first.ref, "replied")]


def test_a_redirect_is_not_followed(board: Switchboard) -> None:
    board.hook()
    board.server.then((302, "", {"Location": f"{board.server.url}/elsewhere"}))
    board.cast.open_finding(board.clock.now())
    assert board.run().dead == 1
    assert [request.path for request in board.server.requests] == ["/told"]


def test_a_name_that_leads_into_a_network_of_its_own_is_never_called(board: Switchboard) -> None:
    board.development = False
    board.hook(url=f"https://localhost:{board.server.port}/told")
    board.cast.open_finding(board.clock.now())
    assert board.run().dead == 1
    assert board.server.connections == 0
    assert board.states() == [LetterState.DEAD]


def test_the_reference_library_believes_it_and_neither_an_altered_nor_an_old_one(board: Switchboard) -> None:
    board.hook()
    board.cast.open_finding(board.clock.now())
    board.run()
    (request,) = board.server.requests
    assert verified(request)
    with pytest.raises(WebhookVerificationError):
        verified(request, request.body.replace(b"finding_opened", b"finding_closed"))
    moved = {**request.headers, "webhook-timestamp": str(int(request.headers["webhook-timestamp"]) + 1)}
    with pytest.raises(WebhookVerificationError):
        verified(Request(request.path, moved, request.body, request.connection))


def test_one_that_is_played_back_later_is_refused(board: Switchboard) -> None:
    board.clock.set(board.clock.now() - timedelta(minutes=6))
    board.hook()
    board.cast.open_finding(board.clock.now())
    board.run()
    (request,) = board.server.requests
    with pytest.raises(WebhookVerificationError, match="old"):
        verified(request)


def open_findings(board: Switchboard, count: int) -> None:
    for _ in range(count):
        board.cast.open_finding(board.clock.now())


def is_on(board: Switchboard, hook: UUID) -> bool:
    with board.cast.reading("Sokha", board.clock.now()) as look:
        return webhooks_known.one(look, hook).disabled_at is None


def alarms(board: Switchboard) -> int:
    with board.cast.reading("Sokha", board.clock.now()) as look:
        query = select(func.count()).select_from(LedgerRow).where(LedgerRow.kind == "webhook_turned_off")
        return look.session.scalar(query) or 0


def test_one_that_takes_nothing_any_more_is_turned_off_and_a_coordinator_hears_of_it(
    board: Switchboard,
) -> None:
    hook = board.hook()
    board.server.usual = (410, "gone")
    open_findings(board, OFF_AFTER - 1)
    assert board.run().dead == OFF_AFTER - 1
    assert is_on(board, hook)
    open_findings(board, 1)
    board.run()
    assert not is_on(board, hook)
    assert alarms(board) == 1
    with board.cast.reading("Sokha", board.clock.now()) as look:
        told = select(NoticeRow.role).where(NoticeRow.kind == "webhook_turned_off")
        assert look.session.scalars(told).all() == ["coordinator"]
    asked = len(board.server.requests)
    open_findings(board, 3)
    board.run(MINUTE)
    assert len(board.server.requests) == asked, "what happens now is not even put down for it"
    assert board.states().count(LetterState.WAITING) == 0


def test_it_is_turned_on_again_and_begins_to_count_anew(board: Switchboard) -> None:
    hook = board.hook()
    board.server.usual = (410, "gone")
    open_findings(board, OFF_AFTER)
    board.run()
    assert not is_on(board, hook)
    board.run(MINUTE)  # the alarms are placed while it is off
    with board.cast.writing("Sokha", board.clock.now()) as unit:
        webhooks.enable(unit, hook)
    open_findings(board, 1)
    board.run(MINUTE)
    assert is_on(board, hook), "one more failure is the first one"
    board.server.usual = (200, "{}")
    asked = len(board.server.requests)
    open_findings(board, 1)
    board.run(MINUTE)
    assert kinds(board.server)[asked:].count("finding_opened") == 1
    assert alarms(board) == 1


def test_one_message_that_it_took_begins_the_count_anew(board: Switchboard) -> None:
    hook = board.hook()
    for _ in range(3):
        board.server.usual = (410, "gone")
        open_findings(board, OFF_AFTER - 1)
        board.run(MINUTE)
        board.server.usual = (200, "{}")
        open_findings(board, 1)
        board.run(MINUTE)
    assert is_on(board, hook)
    assert alarms(board) == 0


def test_one_that_stays_down_for_days_has_no_queue_without_an_end(board: Switchboard) -> None:
    hook = board.hook()
    board.server.usual = (503, "down")
    open_findings(board, OFF_AFTER + 5)
    for wait in (timedelta(), *RETRIES):
        board.run(wait)
    assert not is_on(board, hook)
    board.run(timedelta(days=1))
    assert board.states().count(LetterState.WAITING) == 0
    assert board.states().count(LetterState.DEAD) >= OFF_AFTER
