"""How does the operator of the machine let people and programs in, and keep them out?"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from clm_tracker.cli import here
from clm_tracker.commands import people, tokens
from clm_tracker.db import actors
from clm_tracker.db.tables import PersonRow, TokenRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.words import Role
from clm_tracker.kernel.refusals import Refusal
from clm_tracker.queries import people as questions

Programme = Annotated[
    str | None, typer.Option("--programme", help="The programme's key, where there are several.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
user = typer.Typer(no_args_is_help=True, help="Add, list and disable people.")
token = typer.Typer(no_args_is_help=True, help="Create and revoke the tokens of programs.")


@user.command()
def add(
    name: Annotated[str, typer.Argument(help="The person's name.")],
    email: Annotated[str, typer.Argument(help="The address to sign in with.")],
    role: Annotated[Role, typer.Option(help="Their role in the programme.")],
    organisation: Annotated[str, typer.Option(help="Whose member they are.")] = "",
    password: Annotated[
        str,
        typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="At least 10 characters."),
    ] = "",
    programme: Programme = None,
) -> None:
    """Add a person with a role; somebody who has an account already gets the role."""
    with _writing(programme) as unit:
        made = people.add(
            unit, name=name, email=email, role=role, organisation=organisation, password=password or None
        )
    print(f"{name} is {role} now ({made}).")


@user.command("list")
def list_(programme: Programme = None, as_json: Json = False) -> None:
    """List the people of a programme with their roles."""
    with here.looking(programme) as look:
        found = questions.everyone(look)
    if as_json:
        rows = [
            {
                "id": str(p.id),
                "name": p.name,
                "email": p.email,
                "roles": [m.role for m in p.memberships],
                "can_sign_in": p.can_sign_in,
            }
            for p in found
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table("Name", "Address", "Roles", "Signs in")
    for p in found:
        table.add_row(
            p.name, p.email or "", ", ".join(m.role for m in p.memberships), "yes" if p.can_sign_in else "no"
        )
    Console().print(table)


@user.command()
def disable(
    email: Annotated[str, typer.Argument(help="The person's address.")], programme: Programme = None
) -> None:
    """Close a person's account: sessions end, tokens and calendars are revoked."""
    with _writing(programme) as unit:
        people.disable(unit, _person(unit, email))
    print(f"{email} is disabled.")


@token.command()
def create(
    email: Annotated[str, typer.Argument(help="The address of the person it acts for.")],
    name: Annotated[str, typer.Option(help="What the token is for.")],
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="How long it works; for ever unless said.")
    ] = None,
    programme: Programme = None,
    as_json: Json = False,
) -> None:
    """Make a token, which is shown this once."""
    with _writing(programme) as unit:
        end = unit.now + timedelta(days=days) if days is not None else None
        made = tokens.create(unit, name=name, person_id=_person(unit, email), expires_at=end)
    if as_json:
        print(json.dumps({"id": str(made.id), "token": made.word}))
    else:
        print(f"{made.word}\nThis is the only time it is shown. Its name for `token revoke` is {made.id}.")


@token.command()
def revoke(
    token_id: Annotated[UUID, typer.Argument(metavar="ID", help="What `token create` named.")],
    programme: Programme = None,
) -> None:
    """End a token."""
    with _writing(programme) as unit:
        tokens.revoke(unit, token_id)
        name = unit.session.get_one(TokenRow, token_id).name
    print(f"The token {name} works no more.")


@contextmanager
def _writing(key: str | None) -> Iterator[Writing]:
    with here.store() as store:
        programme_id = here.programme(store, key)
        operator = actors.within(actors.OPERATOR, programme_id)
        now = here.clock(store).now()
        with store.writing(now=now, actor=operator, programme_id=programme_id) as unit:
            yield unit


def _person(unit: Writing, email: str) -> UUID:
    found = unit.session.scalar(select(PersonRow.id).where(PersonRow.email == email))
    if found is None:
        raise Refusal("no_person", f"Nobody has the address {email}.")
    return found
