"""What a search compares: texts without what people type differently, and the words and phrases of a query.

Both databases compare the same folded text, which is stored beside what it was made of: SQLite's `lower` knows no
letter beyond ASCII, and neither database knows that an apostrophe has two forms.
"""

import re
import unicodedata

from procurement.rules.normal_forms import JOINER, normal_form

MOST_TERMS = 30  # of one query: each is looked for by itself
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


def terms(query: str) -> tuple[str, ...]:
    """What a text must hold, each folded: the words of a query, and what stands in quotation marks as one phrase.

    A word with a dash in it is a phrase as well, as a reference is.
    """
    parts = _QUOTES.split(query)
    found: list[str] = []
    for at, part in enumerate(parts):
        closed = at % 2 == 1 and at + 1 < len(parts)
        found += [part] if closed else part.split()
    return tuple(dict.fromkeys(filter(None, map(folded, found))))[:MOST_TERMS]
