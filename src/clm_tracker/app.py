"""Which parts make the web program, and how are they put together?"""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from clm_tracker import __version__
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.kernel.clock import Clock, SystemClock
from clm_tracker.settings import Settings
from clm_tracker.web import access, api, assets, demo_doors, health, pages, refusals
from clm_tracker.web.demonstration import Demo
from clm_tracker.web.desk import House
from clm_tracker.web.observe import Numbers, Observe
from clm_tracker.web.pages import gallery, tour
from clm_tracker.web.render import Renderer
from clm_tracker.web.security import SafeHeaders

# One thread needs one connection at most, so the pool never runs dry: 10 and 5 more (db.engine).
THREADS = 15


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    store: Store | None = None,
    evidence: EvidenceStore | None = None,
    demo: Demo | None = None,
) -> FastAPI:
    """The whole web program. Raises RuntimeError when a route has no access rule (R38).

    `store` and `evidence` are made from the settings unless given; with `demo` the doors of a demonstration exist.
    """
    made = store is None
    store = store or Store(make_engine(settings.database_url))
    numbers = Numbers()

    @asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = THREADS
        yield
        if made:
            store.engine.dispose()

    app = FastAPI(
        title="clm-tracker",
        version=__version__,
        lifespan=running,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.house = House(
        store=store,
        clock=clock or SystemClock(),
        renderer=Renderer(reload=settings.environment == "development"),
        evidence=evidence or EvidenceStore.at(settings.evidence_url),
        key=settings.key(),
        base_url=settings.base_url,
        ways=pages.ways,
        demo=demo,
        development=settings.environment == "development",
    )
    routers = [*pages.routers(), *api.routers(), health.router(numbers), assets.router]
    if demo is not None:
        routers += [demo_doors.router(demo), tour.router(demo), gallery.router]
    for router in routers:
        app.include_router(router)
    refusals.install(app)
    access.demand_rules(app)
    app.add_middleware(Observe, numbers=numbers)
    app.add_middleware(SafeHeaders, secure=settings.base_url.startswith("https://"))
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    return app


def settle() -> None:
    """In a process that goes on to serve: what it holds by now stays, and need not be looked through for what can go.

    What requests leave behind in circles is little, and may lie for a while.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
