"""Do docs/states.md, docs/events.md and docs/access.md say what the domain says?"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from clm_tracker.domain import events, notices, policy, states
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import OWED_BY, Kind, Role
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


def test_the_page_of_events_is_true() -> None:
    """R45: each event with whom it tells, or why nobody."""
    rows = []
    for kind, cls in sorted(events.KINDS.items()):
        told = (
            ", ".join(notices.TELLS[cls]) if cls in notices.TELLS else f"nobody, because {notices.QUIET[cls]}"
        )
        rows.append(f"| `{kind}` | {cls.SENTENCE} | {told} |\n")
    keep_true(
        "events.md",
        "# Events\n\nEvery kind of ledger line, its sentence and who is told. Made from `domain/events/` and"
        " `domain/notices.py`.\n\n| Kind | Sentence | Tells |\n|---|---|---|\n" + "".join(rows),
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
