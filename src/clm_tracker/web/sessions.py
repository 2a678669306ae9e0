"""Who is asking: which person, in which programme, by a browser's cookie or a program's bearer token?"""

import hmac
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, Text, Update, bindparam, select, update
from starlette.requests import Request
from starlette.responses import Response

from clm_tracker import languages
from clm_tracker.commands.sign_in import digest
from clm_tracker.db import actors, rules
from clm_tracker.db.base import UTCDateTime, table_of
from clm_tracker.db.tables import PersonRow, ProgrammeRow, SessionRow, TokenRow
from clm_tracker.db.units import Beginning, Store
from clm_tracker.domain import names
from clm_tracker.domain.policy import Actor
from clm_tracker.domain.words import ROLE_NAMES, Role
from clm_tracker.kernel.refusals import NotNow
from clm_tracker.queries import wording
from clm_tracker.web import words
from clm_tracker.web.words import Labels

LONGEST_WORD = 200
SEEN_EVERY = timedelta(hours=1)  # one write an hour says "last used" well enough


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody known, and what their pages need to know of the programme they work in.

    `language` is the one to answer in, of those that the programme offers.
    """

    actor: Actor
    programme_name: str
    programme_names: Mapping[str, str]
    timezone: str
    language: str
    languages: tuple[str, ...]

    @property
    def programme(self) -> str:
        """What the programme is called in the language of the moment."""
        return names.said(self.programme_name, self.programme_names)

    @property
    def role(self) -> str:
        """As whom somebody is here: "Advocate, committee member"."""
        return wording.upper(words.listed([ROLES[role] for role in Role if role in self.actor.roles()]))


ROLES = Labels(ROLE_NAMES)


def nobody(at: Store | Beginning | None = None) -> Guest:
    """Somebody who has not signed in: any language that the program speaks.

    Asked `at` a store where there is one programme alone, which is not in safety mode, they are told its name and hours
    (decision 0021).
    """
    found = at.ask(_ONLY, {}) if at is not None else []
    if len(found) == 1 and not found[0].safety_mode:
        only = found[0]
        return Guest(actors.NOBODY, only.name, only.names, only.timezone, "", languages.spoken())
    return Guest(actors.NOBODY, "clm-tracker", {}, "UTC", "", languages.spoken())


def cookie_name(*, secure: bool) -> str:
    """With `__Host-` a browser takes the cookie only over https, for this host and all of its paths."""
    return "__Host-clm" if secure else "clm"


def cookie_word(request: Request, *, secure: bool) -> str:
    """The word in the request's session cookie, or an empty text."""
    return request.cookies.get(cookie_name(secure=secure), "")[:LONGEST_WORD]


def bearer_word(request: Request) -> str:
    """The word of `Authorization: Bearer …`, or an empty text."""
    scheme, _, word = request.headers.get("authorization", "").partition(" ")
    return word.strip()[:LONGEST_WORD] if scheme.lower() == "bearer" else ""


def give_cookie(response: Response, word: str, *, secure: bool, seconds: int) -> None:
    """Sign a browser in."""
    response.set_cookie(
        cookie_name(secure=secure),
        word,
        max_age=seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def take_cookie(response: Response, *, secure: bool) -> None:
    """Sign a browser out."""
    response.delete_cookie(cookie_name(secure=secure), path="/", secure=secure, httponly=True, samesite="lax")


def by_cookie(store: Store, word: str, now: datetime, begun: Beginning | None = None) -> Guest | None:
    """The person whose browser carries this word; None when it is unknown or has expired.

    Found out in a look that has `begun`, that look knows the programme.
    """
    if not word:
        return None
    found = (begun or store).ask(_of_a_cookie(), {"word": digest(word), "now": now})
    if not found:
        return None
    seen, guest = found[0].last_seen_at, _guest(found, now, store, begun)
    if guest is not None and now - seen >= SEEN_EVERY:
        # The person first, as whoever changes or closes an account does: nobody waits for the other.
        person = update(PersonRow).where(PersonRow.id == guest.actor.id)
        session = update(SessionRow).where(SessionRow.id == digest(word))
        _note(store, guest, now, begun, *(one.values(last_seen_at=now) for one in (person, session)))
    return guest


def by_token(store: Store, word: str, now: datetime, begun: Beginning | None = None) -> Guest | None:
    """The person for whom a program with this token acts, likewise; None when it is unknown, revoked or has expired."""
    if not word:
        return None
    found = (begun or store).ask(_of_a_token(), {"word": digest(word), "now": now})
    if not found:
        return None
    row = found[0]
    if row.expires_at is not None and row.expires_at <= now:
        return None
    used, token_id, guest = row.last_used_at, row.token_id, _guest(found, now, store, begun)
    if guest is not None and (used is None or now - used >= SEEN_EVERY):
        used_now = update(TokenRow).where(TokenRow.id == token_id).values(last_used_at=now)
        _note(store, guest, now, begun, used_now)
    return guest


def _note(store: Store, guest: Guest, now: datetime, begun: Beginning | None, *lines: Update) -> None:
    """Write down that somebody was here. Where others write for long it is left for another time: nobody is refused for it."""
    if begun is not None:
        begun.let_go()
    with (
        suppress(NotNow),
        store.writing(now=now, actor=guest.actor, programme_id=guest.actor.programme_id) as unit,
    ):
        for line in lines:
            unit.session.execute(line)


def signature(key: bytes, word: str, nonce: str) -> str:
    """Ties a form's one-time key to the browser that it was shown to."""
    return hmac.digest(key, f"{digest(word)}:{nonce}".encode(), "sha256").hex()[:32]


def _guest(found: Sequence[Any], now: datetime, store: Store, begun: Beginning | None) -> Guest | None:
    row = found[0]
    programme = store.programme_at(row.programme_id, row.version, begun)
    actor = actors.of(found, programme.id, rules.local_day(programme.timezone, now))
    if actor is None:
        return None
    return Guest(
        actor,
        programme.name,
        programme.names,
        programme.timezone,
        row.language,
        languages.spoken(programme.languages),
    )


# Every request begins with one of these two, so they are put together once.
_NOW = bindparam("now", type_=UTCDateTime())
_WORD = bindparam("word", type_=Text())
_PROGRAMME = table_of(ProgrammeRow).c
_ONLY = select(_PROGRAMME.name, _PROGRAMME.names, _PROGRAMME.timezone, _PROGRAMME.safety_mode).limit(2)
_SHOWN = (*actors.PERSON, PersonRow.language, _PROGRAMME.id.label("programme_id"), _PROGRAMME.version)


@cache
def _of_a_cookie() -> Select[*tuple[Any, ...]]:
    came: Select[*tuple[Any, ...]] = (
        select(SessionRow.last_seen_at, *_SHOWN)
        .join(PersonRow, PersonRow.id == SessionRow.person_id)
        .join(ProgrammeRow, ProgrammeRow.id == SessionRow.programme_id)
        .where(SessionRow.id == _WORD, SessionRow.expires_at > _NOW)
    )
    return actors.roles_beside(came, PersonRow.id, ProgrammeRow.id, _NOW)


@cache
def _of_a_token() -> Select[*tuple[Any, ...]]:
    came: Select[*tuple[Any, ...]] = (
        select(TokenRow.id.label("token_id"), TokenRow.expires_at, TokenRow.last_used_at, *_SHOWN)
        .join(PersonRow, PersonRow.id == TokenRow.person_id)
        .join(ProgrammeRow, ProgrammeRow.id == TokenRow.programme_id)
        .where(TokenRow.hash == _WORD, TokenRow.revoked_at.is_(None))
    )
    return actors.roles_beside(came, PersonRow.id, ProgrammeRow.id, _NOW)
