"""Which parts make a worker, the process that only does jobs?"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import getaddresses
from types import FrameType

import structlog

from clm_tracker.commands.messages import Box
from clm_tracker.db import migrate
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.delivery import carriers
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.delivery.sealed import Seal
from clm_tracker.jobs import inbound, schedule
from clm_tracker.jobs.parcels import Post
from clm_tracker.kernel.clock import Clock, SystemClock
from clm_tracker.settings import Settings


def post_of(settings: Settings, clock: Clock) -> Post:
    """How letters leave, by what the operator set. Raises Invalid, which names the setting that is wrong."""
    key = settings.key()
    return Post(
        carriers=carriers.made(settings, clock),
        base_url=settings.base_url,
        key=key,
        reply_domain=settings.reply_domain,
        returns=(settings.mail_bounces_to or "").lower().endswith(f"@{settings.reply_domain}"),
        unseal=Seal("webhooks", key).open,
    )


def work(settings: Settings, *, clock: Clock | None = None, stop: threading.Event | None = None) -> None:
    """Do the jobs until SIGTERM, SIGINT or `stop`. Raises Refusal when the database is at another schema."""
    engine = make_engine(settings.database_url, application_name="clm-tracker worker")
    migrate.check(engine)
    stop = stop or threading.Event()
    clock = clock or SystemClock()
    post = post_of(settings, clock)

    def leave(number: int, _frame: FrameType | None) -> None:
        structlog.get_logger().info("stopping", signal=signal.Signals(number).name)
        stop.set()

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        store, every = Store(engine), timedelta(seconds=settings.sweep_interval)
        with schedule.running(store, clock, every, post), taking_mail(settings, store, clock):
            structlog.get_logger().info("working", every=settings.sweep_interval)
            stop.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        engine.dispose()


def box_of(settings: Settings, store: Store) -> Box | None:
    """What mail is taken in with; None where no domain is set for answers."""
    if settings.reply_domain is None:
        return None
    returns = (settings.mail_bounces_to, settings.mail_from)
    return Box(
        store=store,
        evidence=EvidenceStore.at(settings.evidence_url),
        secret=settings.key(),
        domain=settings.reply_domain,
        returns=frozenset(address.lower() for _, address in getaddresses([r for r in returns if r])),
        checkers=frozenset(settings.mail_checked_by.replace(",", " ").split()),
    )


@contextmanager
def taking_mail(settings: Settings, store: Store, clock: Clock) -> Iterator[None]:
    """The door for mail, where the settings open one. Raises Refusal when it cannot be opened."""
    box = box_of(settings, store)
    if box is None or settings.inbound_url is None:
        yield
        return
    with inbound.listening(box, settings.inbound_url, clock):
        yield
