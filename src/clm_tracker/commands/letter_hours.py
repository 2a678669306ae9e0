"""How does somebody choose by which phone, and at which hours of their day, they are written to?"""

from dataclasses import asdict, dataclass
from typing import Final
from zoneinfo import ZoneInfo

from clm_tracker.commands import people
from clm_tracker.db import changes
from clm_tracker.db.units import Writing
from clm_tracker.delivery import phone_numbers
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import FieldError, Invalid
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import _

HOURS: Final = range(24)
_ANY_COUNTRY = "1"  # only asked whether it can be a number: whose country it is, the gateway's settings say


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What somebody chose; None means as the programme has it. Quiet hours from and until the same hour are none."""

    phone: str | None = None
    timezone: str | None = None
    letter_at: int | None = None
    quiet_from: int | None = None
    quiet_until: int | None = None
    digest: bool = True


def choose(unit: Writing, chosen: Chosen) -> None:
    """Be written to like this from now on: the actor's own choice. Raises Invalid for what cannot be."""
    person = people.take_own_turn(unit)
    _check(chosen)
    values = asdict(chosen)
    changed = {name: value for name, value in values.items() if getattr(person, name) != value}
    if not changed:
        return
    # The number itself is not for everybody who reads the ledger.
    kept = [name for name in changed if name != "phone"]
    before, after = {name: getattr(person, name) for name in kept}, {name: changed[name] for name in kept}
    for name, value in changed.items():
        setattr(person, name, value)
    what = saying("chose how they are written to")
    changes.record(unit, Act.OWN_ACCOUNT, "person", person.id, what, before, after)


def _check(chosen: Chosen) -> None:
    errors = []
    if chosen.phone is not None:
        try:
            phone_numbers.number(chosen.phone, _ANY_COUNTRY)
        except phone_numbers.NoNumber as no:
            errors.append(FieldError("phone", str(no.said)))
    if chosen.timezone is not None and not _is_zone(chosen.timezone):
        errors.append(
            FieldError("timezone", _("There is no such time zone. Write one like Asia/Phnom_Penh."))
        )
    for name in ("letter_at", "quiet_from", "quiet_until"):
        hour = getattr(chosen, name)
        if hour is not None and hour not in HOURS:
            errors.append(FieldError(name, _("Choose an hour of the day.")))
    if (chosen.quiet_from is None) is not (chosen.quiet_until is None):
        errors.append(FieldError("quiet_until", _("Choose both ends of the quiet hours, or neither.")))
    if errors:
        raise Invalid(tuple(errors))


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; or a path that leads elsewhere, or to a folder
        return False
    return True
