"""What do the words of the glossary mean, in one sentence each for people who meet them for the first time?"""

from dataclasses import dataclass
from functools import lru_cache

from clm_tracker.kernel import speech
from clm_tracker.web.components import Word
from clm_tracker.web.words import _


@dataclass(frozen=True, slots=True)
class Glossary:
    """Every word of the rules' glossary that pages explain, in the order in which one meets them."""

    finding: Word
    duty_bearer: Word
    obligation: Word
    corrective_action: Word
    promise: Word
    ladder: Word
    stage: Word
    evidence: Word
    verification: Word
    committee: Word
    ledger: Word
    engine: Word
    theme: Word
    round: Word
    forum: Word
    site: Word

    @property
    def words(self) -> tuple[Word, ...]:
        """All of them, in their order."""
        return tuple(getattr(self, name) for name in self.__dataclass_fields__)


def glossary() -> Glossary:
    """The glossary in the language of the moment."""
    return _in(speech.language())


@lru_cache(maxsize=64)
def _in(_language: str) -> Glossary:
    return Glossary(
        finding=Word(
            "finding",
            _("Finding"),
            _("A problem that monitoring found: what, where, when, how serious, and who is affected."),
        ),
        duty_bearer=Word(
            "duty-bearer",
            _("Duty bearer"),
            _(
                "A post that is obliged to put a finding right. The obligation stays with the post, whoever holds it."
            ),
        ),
        obligation=Word(
            "obligation",
            _("Obligation"),
            _("One thing that one party owes by one moment. Every deadline here is an obligation."),
        ),
        corrective_action=Word(
            "corrective-action",
            _("Corrective action"),
            _("What a duty bearer agreed to do, the result expected, how it will be checked, and by when."),
        ),
        promise=Word(
            "promise",
            _("Promise line"),
            _(
                "One bar for each corrective action: whole when it was done by its first date, stretched when it slipped."
            ),
        ),
        ladder=Word(
            "ladder",
            _("Ladder"),
            _(
                "The stages that an obligation climbs when it is overdue, from a reminder to a public campaign."
            ),
        ),
        stage=Word(
            "stage",
            _("Stage"),
            _(
                "One step of a ladder: who is told and what is done. A key marks a stage that has to be approved first."
            ),
        ),
        evidence=Word(
            "evidence",
            _("Evidence"),
            _(
                "A photo, paper, link or statement that shows something, with who gave it and when it was captured."
            ),
        ),
        verification=Word(
            "verification",
            _("Verification"),
            _("The community's own check that a reported fix is real. Until then nothing counts as fixed."),
        ),
        committee=Word(
            "committee",
            _("Steering committee"),
            _("The people who decide about stages that go beyond the duty bearer's own superiors."),
        ),
        ledger=Word(
            "ledger",
            _("Ledger"),
            _(
                "The record of every act and every step of the engine. Lines are only added, never changed or removed."
            ),
        ),
        engine=Word(
            "engine",
            _("Engine"),
            _(
                "The part of the program that reminds before a date; after it the next stage begins or is proposed to the committee."
            ),
        ),
        theme=Word(
            "theme",
            _("Thematic area"),
            _(
                "What a finding is about. The list may change between rounds; old findings keep their meaning."
            ),
        ),
        round=Word(
            "round", _("Round"), _("A monitoring cycle with a first and a last day, usually three months.")
        ),
        forum=Word("forum", _("Forum"), _("A dated meeting by which something may be due.")),
        site=Word("site", _("Site"), _("A facility or service point, in one area.")),
    )
