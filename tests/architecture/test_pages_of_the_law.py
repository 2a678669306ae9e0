"""Do docs/states.md, docs/events.md and docs/access.md say what the domain says?"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from clm_tracker.domain import events, notices, policy, states
from clm_tracker.domain.letters import Pace, ToldTo, pace
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import OWED_BY, Kind, Party, Role, Severity
from tests.architecture.generated import keep_true

S = TypeVar("S", bound=StrEnum)


def diagram(title: str, table: Mapping[S, frozenset[S]]) -> str:
    first = next(iter(table))
    arrows = [f"    {old} --> {new}\n" for old, ways in table.items() for new in sorted(ways)]
    ends = [f"    {state} --> [*]\n" for state, ways in table.items() if not ways]
    return f"## {title}\n\n```mermaid\nstateDiagram-v2\n    [*] --> {first}\n{''.join(arrows + ends)}```\n\n"


def test_the_page_of_states_is_true() -> None:
    owed = "".join(f"| `{kind}` | {OWED_BY[kind]} |\n" for kind in Kind)
    keep_true(
        "states.md",
        "# States\n\nDrawn from `domain/states.py`; a change that is not an arrow here is refused.\n\n"
        + diagram("Findings", states.FINDINGS)
        + diagram("Obligations", states.OBLIGATIONS)
        + diagram("Corrective actions", states.ACTIONS)
        + diagram("Proposals", states.PROPOSALS)
        + f"## Who owes what\n\n| Obligation | Owed by |\n|---|---|\n{owed}",
    )


SAID = {Pace.AT_ONCE: "at once", Pace.DAILY: "within the day", Pace.WEEKLY: "in the letter of the week"}


def how_soon(kind: str, to: ToldTo) -> str:
    usual, critical = (pace(kind, severity, to) for severity in (Severity.HIGH, Severity.CRITICAL))
    return SAID[usual] if usual is critical else f"{SAID[usual]}, of a critical finding {SAID[critical]}"


def when(kind: str, words: tuple[str, ...]) -> str:
    """How soon each of those who are told is told."""
    found: dict[str, str] = {}
    for word in words:
        if word in {"post", "asker", "invited"}:
            found[word] = how_soon(kind, ToldTo(post=True))
        elif word == "addressed":
            found["posts"] = how_soon(kind, ToldTo(post=True))
            owed = Party.DUTY_BEARER
            found["a role that owes, or that the stage is addressed to"] = how_soon(
                kind, ToldTo(role=Party.ADVOCATES, owed_by=owed, addresses="advocates")
            )
            found["a role that is only told"] = how_soon(kind, ToldTo(role=Party.ADVOCATES, owed_by=owed))
        elif word in {"owner", "other side"}:
            post, role = how_soon(kind, ToldTo(post=True)), how_soon(kind, ToldTo(role=Party.ADVOCATES))
            assert post == role
            found[word] = post
        else:
            found[word] = how_soon(kind, ToldTo(role=word if word in set(Party) else None))
    if len(set(found.values())) == 1:
        return next(iter(found.values()))
    return "; ".join(f"{word}: {said}" for word, said in found.items())


def test_the_page_of_events_is_true() -> None:
    """R45: each event with whom it tells, and how soon, or why nobody."""
    rows = []
    for kind, cls in sorted(events.KINDS.items()):
        words = notices.TELLS.get(cls)
        told = (
            f"{', '.join(words)} | {when(kind, words)}"
            if words
            else f"nobody, because {notices.QUIET[cls]} |"
        )
        said = f"{cls.SENTENCE}<br>{cls.PUT_ON_RECORD}" if cls.PUT_ON_RECORD else cls.SENTENCE
        rows.append(f"| `{kind}` | {said} | {told} |\n")
    keep_true(
        "events.md",
        "# Events\n\nEvery kind of ledger line, its sentence (the second one where the community side only puts on record what"
        " a post answered), who is told, and how soon. Made from `domain/events/`, `domain/notices.py` and"
        " `domain/letters.py`.\n\n| Kind | Sentence | Tells | When |\n|---|---|---|---|\n" + "".join(rows),
    )


def test_the_page_of_access_is_true() -> None:
    """R38, R39: which role may do what; areas, themes, posts and recusal narrow it further."""
    head = "| Act | " + " | ".join(role for role in Role) + " |\n|---|" + "---|" * len(Role) + "\n"
    rows = "".join(
        f"| `{act}` | " + " | ".join("yes" if act in policy.GRANTS[role] else "" for role in Role) + " |\n"
        for act in Act
    )
    keep_true(
        "access.md",
        "# Access\n\nWhich role may do what, from `domain/policy.py`. A role may be limited to areas and themes; a duty"
        " bearer sees and answers what is addressed to their post; a committee member is recused from items of their own"
        " organisation.\n\n" + head + rows,
    )
