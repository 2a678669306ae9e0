"""How is a word that could hurt pointed out: with a better one, and who says so? (R44)"""

from clm_tracker.domain.terms import Hint, Weight
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.words import _


def said(hint: Hint) -> c.Words:
    """One hint as a sentence: the words, what says it better, and who says so."""
    better = words.listed([words.quoted(p) for p in hint.term.prefer])
    sentence = (
        _("{found}: better {better}. {source}, {year}.")
        if hint.term.weight is Weight.REPLACE
        else _("{found}: with care; often better {better}. {source}, {year}.")
    )
    return c.words(
        sentence,
        found=c.strong(words.quoted(hint.found)),
        better=better,
        source=hint.term.source,
        year=str(hint.term.year),
    )
