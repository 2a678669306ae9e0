"""Is everything that a new programme begins with called in the reader's language, and everything else as it was written?"""

from clm_tracker import languages
from clm_tracker.commands.themes import SHIPPED as THEMES
from clm_tracker.domain import ladders, names
from clm_tracker.domain.ladders import Stage, StageKind
from tests.pseudo import TAG, Pseudo


def test_every_shipped_ladder_stage_and_theme_has_its_name_in_the_catalogues() -> None:
    shipped = {name for _code, name, _in_khmer in THEMES}
    for name, stages in ladders.shipped().values():
        shipped |= {name, *(stage.name for stage in stages)}
    assert shipped == names.SHIPPED


def test_what_is_shipped_is_said_in_the_language_of_the_moment_and_kept_in_english() -> None:
    stage = Stage(number=1, name="Formal letter", kind=StageKind.FORMAL_LETTER, wait="1wd")
    assert stage.said == "Formal letter"
    with languages.with_one_more(TAG, Pseudo()), languages.speaking(TAG):
        assert (stage.said, stage.name) == ("⟦Formal letter⟧", "Formal letter")


def test_a_programmes_own_name_stays_as_it_was_written() -> None:
    with languages.with_one_more(TAG, Pseudo()), languages.speaking(TAG):
        assert names.said("Findings") == "Findings", "a text of the program, but not a name that is shipped"


def test_a_name_that_somebody_gave_in_the_readers_language_comes_first() -> None:
    own = {"km": "ការបង្ការ", "fr": ""}
    with languages.speaking("km"):
        assert names.said("Prevention", own) == "ការបង្ការ"
    assert names.said("Prevention", own) == "Prevention"
    with languages.speaking("fr"):
        assert names.said("Prevention", own) == "Prévention"


def test_another_name_is_told_beside_the_one_that_is_said() -> None:
    own = {"km": "កំពត"}
    assert names.other("Kampot", own) == ("km", "កំពត")
    assert names.other("Kampot", {"km": "Kampot"}) == (None, None)
    with languages.speaking("km"):
        assert names.other("Kampot", own) == (None, "Kampot")
