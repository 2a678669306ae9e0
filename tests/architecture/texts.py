"""Which texts of the program are to be translated, and what do its catalogues say of them?"""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
LANGUAGES = ROOT / "src" / "clm_tracker" / "languages"
KEYWORDS = {"_": None, "N_": None, "saying": (1,), "plural": (1, 2), "counted": (2, 3)}
# The gallery is seen by whoever builds the program; the command line, measurements and demonstration speak English.
LEFT_OUT = ("clm_tracker/web/pages/gallery/", "clm_tracker/cli/", "clm_tracker/bench/", "clm_tracker/demo/")
OPTIONS = {"trimmed": "false", "silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}
HEADER = "# The sentences of clm-tracker. Brought up to date with the code by: CLM_TEST_REWRITE=1 pytest tests/architecture"


@cache
def texts() -> Catalog:
    """Every text of the code and the templates, with the files it stands in."""
    found = Catalog(project="clm-tracker", version="", fuzzy=False)
    for folder, method in (
        (ROOT / "src", [("**.py", "python")]),
        (ROOT / "templates", [("**.html", "jinja2")]),
    ):
        for name, _line, text, notes, _context in extract_from_dir(
            folder, method, {"**.html": OPTIONS}, keywords=KEYWORDS, comment_tags=("Translators:",)
        ):
            if name.startswith((*LEFT_OUT, "pages/gallery/")):
                continue
            place = f"{folder.name}/{name}"
            known = found.get(text[0] if isinstance(text, tuple) else text)
            places = [] if known is None else [p for p, _at in known.locations]
            if place not in places:
                found.add(text, locations=[(place, 0)], auto_comments=notes)
    return found


def catalogues() -> dict[str, Path]:
    """The file of each language."""
    return {file.parts[-3]: file for file in sorted(LANGUAGES.glob("*/LC_MESSAGES/messages.po"))}


def read(tag: str) -> Catalog:
    """What is translated."""
    return read_po(BytesIO(catalogues()[tag].read_bytes()), locale=tag)


def brought_up_to_date(tag: str) -> Catalog:
    """The catalogue with exactly the texts of the code: new ones are empty, those that went are gone."""
    kept = read(tag)
    kept.update(texts(), no_fuzzy_matching=True, update_creation_date=False)
    kept.obsolete.clear()
    kept.header_comment = kept.header_comment if kept.header_comment.startswith("# The sentences") else HEADER
    return kept


def write(catalogue: Catalog) -> bytes:
    """A catalogue as a file, in the order of its texts, so that two people's changes meet as rarely as possible."""
    file = BytesIO()
    write_po(file, catalogue, width=110, sort_output=True, include_lineno=False)
    return re.sub(
        rb'"(POT-Creation-Date|PO-Revision-Date|Generated-By|Report-Msgid-Bugs-To|Last-Translator|Language-Team):.*\n',
        b"",
        file.getvalue(),
    )


def forms(message: Message) -> tuple[list[str], list[str]]:
    """A message's English forms and its translations."""
    ids = list(message.id) if isinstance(message.id, list | tuple) else [str(message.id)]
    said = list(message.string) if isinstance(message.string, list | tuple) else [str(message.string)]
    return ids, said
