"""Who comes without an account, by the word of a link in a letter, and how often already? (R40)"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from clm_tracker import languages
from clm_tracker.db import actors, links
from clm_tracker.db.links import Came
from clm_tracker.db.units import Store
from clm_tracker.domain import links as law
from clm_tracker.domain.links import Standing
from clm_tracker.kernel.refusals import Gone, NotFound, Refusal
from clm_tracker.kernel.speech import N_, Labels, _
from clm_tracker.web.security import LINKS
from clm_tracker.web.sessions import Guest

TONGUE = "in"  # the language that a reader chose, in the address: no cookie is needed
_GONE = Labels(
    {
        Standing.EXPIRED: N_("This link was good for a limited time, and that is over."),
        Standing.REVOKED: N_("This link was revoked: it opens nothing any more."),
        Standing.ENDED: N_("This link was sent to somebody who does not hold the post any more."),
    }
)


class TooOften(Refusal):
    """The link was opened or used more often within the hour than a person would."""

    def __init__(self) -> None:
        super().__init__(
            "too_often", _("This link was used very often within the hour. Try again in an hour.")
        )


@dataclass(frozen=True, slots=True)
class ByLink:
    """The word that somebody came by, and whose it is; nobody's when it was never given, or altered."""

    word: str
    came: Came | None
    too_often: bool
    tongue: str = ""

    def to(self, path: str = "") -> str:
        """An address below the link, in the language that was chosen."""
        return f"{LINKS}{self.word}{path}{self.after}"

    @property
    def after(self) -> str:
        """What follows every address of this reader."""
        return f"?{urlencode({TONGUE: self.tongue})}" if self.tongue else ""

    def guest(self, accept: str) -> Guest | None:
        """Who answers, in the language that they chose, are written to in, or whose browser accepts."""
        if self.came is None:
            return None
        offered = languages.spoken(self.came.languages)
        tag = languages.chosen(offered, self.tongue, self.came.language, accept=accept)
        came = self.came
        return Guest(came.actor, came.programme_name, came.programme_names, came.timezone, tag, offered)

    def check(self, *, expired: bool) -> Came:
        """Whose link it is. Raises NotFound, TooOften, or Gone unless it may be an `expired` one."""
        if self.came is None:
            raise NotFound("link")
        if self.too_often:
            raise TooOften
        standing = self.came.standing
        if standing is not Standing.GOOD and not (expired and standing is Standing.EXPIRED):
            raise Gone(str(standing), _GONE[standing])
        return self.came


def look_up(
    store: Store, secret: bytes, word: str, now: datetime, *, what: str | None, tongue: str
) -> ByLink:
    """Find out whose word it is, and count that it was `what` ("open", "act") once more; nothing else is written."""
    link_id = law.read(law.key_of(secret), word)
    came = None
    if link_id is not None:
        with store.reading(now=now, actor=actors.NOBODY, programme_id=None) as look:
            came = links.came(look.session, link_id, now)
    if came is None:
        return ByLink(word, None, too_often=False)
    offered = languages.spoken(came.languages)
    tongue = tongue if tongue in offered else ""
    if what is None:
        return ByLink(word, came, too_often=False, tongue=tongue)
    with store.writing(now=now, actor=actors.NOBODY, programme_id=None) as unit:
        n = links.count(unit.session, came.link_id, what, now)
    return ByLink(word, came, n > law.MOST[what], tongue)
