"""How does the database get its schema, and a programme its beginning?"""

from typing import Annotated

import typer

from clm_tracker.commands import programmes
from clm_tracker.db import migrate as migrations
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.kernel.clock import SystemClock
from clm_tracker.settings import load


def migrate() -> None:
    """Bring the database to this program's schema."""
    settings = load()
    engine = make_engine(settings.database_url, statement_timeout=0)
    migrations.upgrade(engine)
    print(f"The database is at schema {migrations.current(engine)}.")
    engine.dispose()


def init(
    name: Annotated[str, typer.Option(prompt="Name of the programme", help="The programme's name.")],
    prefix: Annotated[
        str, typer.Option(prompt="Beginning of references, such as KH", help="2 to 8 letters.")
    ],
    country: Annotated[
        str, typer.Option(prompt="Country, such as KH or US-MA", help="ISO 3166, with a part.")
    ],
    timezone: Annotated[
        str, typer.Option(prompt="Time zone, such as Asia/Phnom_Penh", help="Of its due days.")
    ],
    coordinator: Annotated[
        str, typer.Option(prompt="Name of the first coordinator", help="A person's name.")
    ],
    email: Annotated[str, typer.Option(prompt="Their address", help="To sign in with.")],
    password: Annotated[
        str,
        typer.Option(prompt="Their password", hide_input=True, confirmation_prompt=True),
    ],
    name_in: Annotated[
        list[str] | None, typer.Option(help="The name in another language, such as km=…; once for each.")
    ] = None,
    languages: Annotated[str, typer.Option(help="Languages by their tags, the first one first.")] = "en",
) -> None:
    """Begin a new programme: its database, first coordinator, calendar, ladders and themes."""
    names = dict(_in_language(one) for one in name_in or ())
    settings = load()
    engine = make_engine(settings.database_url)
    migrations.upgrade(engine)
    begun = programmes.init(
        Store(engine),
        now=SystemClock().now(),
        name=name,
        names=names,
        prefix=prefix,
        country=country,
        timezone=timezone,
        languages=tuple(tag.strip() for tag in languages.split(",") if tag.strip()),
        coordinator_name=coordinator,
        coordinator_email=email,
        password=password,
    )
    engine.dispose()
    print(f"{name} has begun (programme {begun.programme_id}). Serve it with: clm-tracker serve")


def _in_language(typed: str) -> tuple[str, str]:
    tag, _equals, name = (part.strip() for part in typed.partition("="))
    if not (name and tag.replace("-", "").isalnum()):
        raise typer.BadParameter("Write a language and the name, such as km=…", param_hint="--name-in")
    return tag, name
