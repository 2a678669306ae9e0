"""Can every text be translated, and are the catalogues whole?"""

import os
from string import Formatter

import pytest
from babel.messages import Catalog

from clm_tracker import languages
from tests.architecture import texts


def names(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}


def test_the_texts_are_found_where_they_are_written() -> None:
    found = texts.texts()
    assert len(found) > 300
    assert found.get("Skip to the page") is not None, "a template's text"
    assert found.get(
        "Somebody is in danger or turned away today: treatment refused, violence, a status disclosed."
    )
    days = found.get("{n} day ago")
    assert days is not None
    assert days.pluralizable


def test_every_value_in_a_text_has_a_name() -> None:
    """A translator has to be able to move them."""
    wrong = [
        one
        for message in texts.texts()
        if message.id
        for one in texts.forms(message)[0]
        if not all(name.isidentifier() for name in names(one))
    ]
    assert not wrong


def test_catalogues_hold_the_texts_of_the_code_and_no_others() -> None:
    for tag, file in texts.catalogues().items():
        wanted = texts.write(texts.brought_up_to_date(tag))
        if os.environ.get("CLM_TEST_REWRITE") == "1":
            file.write_bytes(wanted)
        assert file.read_bytes() == wanted, (
            f"{file.relative_to(texts.ROOT)} is out of date: run CLM_TEST_REWRITE=1 .venv/bin/pytest tests/architecture"
        )


def test_a_translation_has_the_values_of_its_text_and_all_its_forms() -> None:
    for tag in texts.catalogues():
        catalogue = texts.read(tag)
        wrong = []
        for message in catalogue:
            ids, said = texts.forms(message)
            if not message.id or not any(said):
                continue
            every = set().union(*map(names, ids))
            if len(ids) > 1 and (len(said) != catalogue.num_plurals or not all(said)):
                wrong.append(f"{ids[0]}: not all forms")
            # The form for one thing need not say its number.
            if any(names(one) - every for one in said) or names(said[-1]) != names(ids[-1]):
                wrong.append(f"{ids[0]}: other values")
        assert not wrong, tag


def test_every_catalogue_is_shipped() -> None:
    assert set(languages.shipped()) == {"en", *texts.catalogues()}


# What only coordinators and operators see may wait for its translation; English stands there meanwhile.
SET_UP = (
    "src/clm_tracker/web/pages/set_up/",
    "src/clm_tracker/web/pages/ladders/",
    "src/clm_tracker/web/pages/people/",
    "src/clm_tracker/web/pages/duty_bearers/changing.py",
    "src/clm_tracker/web/pages/engine.py",
    "src/clm_tracker/web/pages/first_visit.py",
    "src/clm_tracker/web/pages/tour.py",
    "src/clm_tracker/intake/",
    "src/clm_tracker/jobs/",
    "src/clm_tracker/settings.py",
    "src/clm_tracker/app.py",
    "src/clm_tracker/worker.py",
    "templates/pages/set_up/",
    "templates/pages/ladders/",
    "templates/pages/engine",
    "templates/pages/begin",
    "templates/pages/tour",
)


def untranslated(catalogue: Catalog) -> list[str]:
    """The texts without a translation that advocates, duty bearers, committees and observers may see."""
    return [
        f"{texts.forms(message)[0][0]!r} ({', '.join(sorted({place for place, _line in message.locations}))})"
        for message in catalogue
        if message.id
        and not all(texts.forms(message)[1])
        and not all(place.startswith(SET_UP) for place, _line in message.locations)
    ]


@pytest.mark.parametrize("tag", texts.catalogues())
def test_what_advocates_and_duty_bearers_see_is_translated(tag: str) -> None:
    missing = untranslated(texts.read(tag))
    assert not missing, "\n".join((f"{len(missing)} texts are empty in {tag}:", *missing))


def test_an_empty_translation_is_found_where_they_see_it_and_nowhere_else() -> None:
    catalogue = Catalog(locale="fr")
    catalogue.add("Received", "", locations=[("src/clm_tracker/web/pages/acts/forms.py", 0)])
    catalogue.add("Add a site", "", locations=[("src/clm_tracker/web/pages/set_up/sites.py", 0)])
    catalogue.add("Title", "Titre", locations=[("templates/pages/finding.html", 0)])
    catalogue.add(
        ("{n} day", "{n} days"), ("{n} jour", ""), locations=[("src/clm_tracker/queries/owes.py", 0)]
    )
    assert sorted(untranslated(catalogue)) == [
        "'Received' (src/clm_tracker/web/pages/acts/forms.py)",
        "'{n} day' (src/clm_tracker/queries/owes.py)",
    ]
    assert all(any(texts.ROOT.glob(f"{place}*")) for place in SET_UP), "a place that is gone"
