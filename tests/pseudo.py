"""A language of the tests: every text of the program in ⟦ ⟧, so that what never passed through `_` can be seen."""

from gettext import NullTranslations

TAG = "en-XA"


class Pseudo(NullTranslations):
    """Says each text as it is, between marks that nothing else contains."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"
