"""Can every text be translated, and are the catalogues whole?"""

import os
from string import Formatter

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
