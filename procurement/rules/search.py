"""What a search compares: texts without what people type differently, and the words and phrases of a query.

Both databases compare the same folded text, which is stored beside what it was made of: SQLite's `lower` knows no
letter beyond ASCII, and neither database knows that an apostrophe has two forms.
"""

import re
import unicodedata
from dataclasses import dataclass

from procurement.rules.normal_forms import JOINER, normal_form

MOST_TERMS = 30  # of one query: each is looked for by itself
SHORT = 2  # letters that begin too many words to be looked for as a beginning
_ES = ("ses", "xes", "zes", "ches", "shes")
# Thai, Lao, Burmese, Khmer, Chinese and Japanese: no space between words (Korean has them)
_UNPARTED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
# letters that Unicode does not take apart, and what is left out of a word or stands for one
_REPLACED = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ŧ": "t",
        "ı": "i",
        "ŋ": "n",
        "&": " and ",
        **dict.fromkeys("'`´\u2018\u2019\u201a\u201b\u2032\u02b9\u02bb\u02bc\u02bd\u02c8\u05f3\u055a\ua78b\ua78c"),
        "\N{ARABIC TATWEEL}": None,
        JOINER: None,
    }
)
_QUOTES = re.compile('["\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u300c-\u300f\u301d-\u301f\uff02]')


def folded(text: str) -> str:
    """A text as the search compares it: without case, accents, ligatures and apostrophes, one space between words.

    Dashes and other marks part words, so that `Smith–Jones` is found as `smith-jones` and as `smith jones`; digits of
    every script are the ASCII ones. Folding twice changes nothing more.
    """
    bare = normal_form("NFKD", normal_form("NFKD", text).casefold()).translate(_REPLACED)
    return " ".join("".join(map(_folded, bare)).split())


def _folded(letter: str) -> str:
    if letter.isascii():
        return letter if letter.isalnum() or letter in "£$+<=>|^~" else " "
    kind = unicodedata.category(letter)
    if kind == "Nd":
        return str(unicodedata.decimal(letter))
    if kind == "Cf" or unicodedata.combining(letter):
        return ""
    return letter if kind[0] in "LNMS" else " "


@dataclass(frozen=True)
class Term:
    """A folded word of a query, or what stood in quotation marks: that is looked for as it is (`quoted`)."""

    text: str
    quoted: bool = False

    @property
    def anywhere(self) -> bool:
        """Whether its script puts no space between words, so that a word has no beginning to look for."""
        return bool(_UNPARTED.search(self.text))

    @property
    def beginnings(self) -> tuple[str, ...]:
        """What a word of the text may begin with: "canal" finds "canals" and "canalside". Two letters begin too many
        words ("AI" is no air), and what was quoted is meant whole."""
        if self.quoted or len(self.text) <= SHORT:
            return ()
        return (self.text, f"£{self.text}") if self.text[0].isdigit() else (self.text,)

    @property
    def wholes(self) -> tuple[str, ...]:
        """What words of the text may be: the term itself, and its singular and plural where it is no quotation."""
        own = self.text
        if self.quoted:
            return (own,)
        forms = [own, f"{own}s"] if len(own) <= SHORT else [own]
        if own.endswith("ies"):
            forms.append(f"{own[:-3]}y")
        elif own.endswith("s") and not own.endswith("ss"):
            forms += [own[:-1], own[:-2]] if own.endswith(_ES) else [own[:-1]]
        elif own.endswith("y"):
            forms.append(f"{own[:-1]}ies")
        return tuple(forms)


def terms(query: str) -> tuple[Term, ...]:
    """What a text must hold, each folded: the words of a query, and what stands in quotation marks as one phrase.

    A word with a dash in it is a phrase as well, as a reference is.
    """
    parts = _QUOTES.split(query)
    found: list[Term] = []
    for at, part in enumerate(parts):
        closed = at % 2 == 1 and at + 1 < len(parts)
        found += [Term(folded(each), closed) for each in ([part] if closed else part.split())]
    return tuple(dict.fromkeys(each for each in found if each.text))[:MOST_TERMS]
