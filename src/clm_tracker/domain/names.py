"""What is a thing of the programme called in the language of the moment?

Its own name in that language, where somebody gave it one; what a new programme begins with is in the catalogues; every
other name stays as it was written. What is kept is always the name as written (decision 0008).
"""

from collections.abc import Mapping

from clm_tracker.kernel.speech import N_, _, language

# Ladders, their stages and themes of a new programme (`ladders.shipped`, `commands.themes.SHIPPED`), as they are kept.
SHIPPED = frozenset(
    {
        N_("Critical ladder"),
        N_("High ladder"),
        N_("Standard ladder"),
        N_("Systemic ladder"),
        N_("Reminders to the community side"),
        N_("Reminder and dialogue"),
        N_("Formal letter"),
        N_("District"),
        N_("Province"),
        N_("National programme"),
        N_("Oversight body and donors"),
        N_("Public campaign"),
        N_("Formal remedy"),
        N_("Reminder"),
        N_("Coordinator"),
        N_("Steering committee"),
        N_("Prevention"),
        N_("Care and treatment"),
        N_("Social protection"),
        N_("Gender-based violence"),
        N_("Stigma and discrimination"),
        N_("Mental health"),
    }
)


def said(name: str, names: Mapping[str, str] | None = None) -> str:
    """The name as a reader of this moment's language is told it."""
    own = (names or {}).get(language())
    return own or (_(name) if name in SHIPPED else name)


def other(name: str, names: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Another name that it has, with its language where that is known: a sign on the spot may say that one."""
    told = said(name, names)
    found = next(((tag, own) for tag, own in names.items() if own and own != told), None)
    return found or (None, name if name != told else None)
