"""How is a sentence of the program kept, so that it is the same in every language and can be said in each?

As its English text with names in braces, and the values that stand for them: words, numbers, days and other sayings.
A text that people wrote is kept as it is, and never translated.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from clm_tracker.kernel import cldr
from clm_tracker.kernel.speech import _


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence of the program. As a text it is said in the language of the moment."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        said = {name: cldr.dated(v) if isinstance(v, date) else v for name, v in self.values.items()}
        return _(self.text).format(**said)

    def told(self, called: Callable[[str], str]) -> "Saying":
        """The same, with each of its texts as it is called today."""
        return Saying(self.text, {k: called(v) if isinstance(v, str) else v for k, v in self.values.items()})


Text = str | Saying  # what somebody wrote, or what the program says


def saying(text: str, **values: object) -> Saying:
    """A sentence to be kept; marks `text` for the catalogues."""
    return Saying(text, values)


def dump(text: Text) -> Any:  # noqa: ANN401 - JSON
    """The text as JSON: `{"say": …, "with": {…}}`, or what somebody wrote."""
    if isinstance(text, str):
        return str(text)
    return {"say": text.text, "with": {name: _dump(value) for name, value in text.values.items()}}


def load(kept: Any) -> Text:  # noqa: ANN401 - JSON
    """The text again. Lines from before sayings hold it in plain words."""
    if isinstance(kept, Mapping) and "say" in kept:
        return Saying(kept["say"], {name: _load(value) for name, value in kept["with"].items()})
    return str(kept)


def pack(text: Text) -> str:
    """The text for a column that holds words: what somebody wrote as it is, a saying as its JSON."""
    return text if isinstance(text, str) else json.dumps(dump(text), ensure_ascii=False)


def unpack(kept: str) -> Text:
    """What `pack` made of a text."""
    if kept.startswith('{"say": '):
        try:
            return load(json.loads(kept))
        except (ValueError, KeyError, AttributeError):
            return kept  # somebody wrote something that only begins so
    return kept


def _dump(value: object) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Saying):
        return dump(value)
    return value if isinstance(value, int) else str(value)


def _load(kept: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(kept, Mapping):
        return date.fromisoformat(kept["day"]) if "day" in kept else load(kept)
    return kept
