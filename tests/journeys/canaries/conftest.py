"""What does every watch begin with? The whole program on each of the two databases, with the relay at work."""

from datetime import timedelta

import pytest
from fastapi import FastAPI

from clm_tracker import app as web
from clm_tracker.commands import duty_bearers, places, webhooks
from clm_tracker.delivery.sealed import Seal
from clm_tracker.domain.words import Channel
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.settings import Settings
from tests.cast import MONDAY, Cast
from tests.jobs.letters.conftest import Kept
from tests.journeys.canaries.living import Life
from tests.web import program as programs

HOOK = "https://hooks.example.org/clm"


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return web.build(Settings(data_dir=tmp_path_factory.mktemp("data"), base_url=programs.BASE))


@pytest.fixture
def life(app: FastAPI, cast_on_each: Cast) -> Life:
    """The cast; a site and its post whose names are nobody else's, a post with a phone alone, and a webhook."""
    clock = FixedClock(MONDAY)
    cast = cast_on_each
    program = programs.put(app, cast, clock)
    key = app.state.house.key
    with cast.writing("Sokha", MONDAY) as unit:
        site = places.add_site(
            unit, name="Turquoiselily Drop-in", area_id=cast.areas["district"], kind="health_centre"
        )
        post = duty_bearers.add(
            unit,
            title="Head",
            institution="Service Four",
            level="site",
            superior_id=cast.posts["district"],
            site_id=site,
        )
        duty_bearers.appoint(
            unit,
            post,
            name="Sophea",
            from_on=unit.today - timedelta(days=30),
            person_id=cast.people["Sophea"],
        )
        duty_bearers.appoint(unit, cast.posts["national"], name="Vuthy", phone="+85512000111")
        webhooks.add(unit, Seal("webhooks", key), name="Another system", url=HOOK)
    carriers = {channel: Kept(channel) for channel in (Channel.MAIL, Channel.SMS, Channel.WEBHOOK)}
    return Life(program, carriers, site, post)
