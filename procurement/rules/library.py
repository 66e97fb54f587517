"""The tags of what is kept in the library."""

import re

from procurement.rules.search import folded

MOST_TAGS = 10
LONGEST = 40
_BETWEEN = re.compile(r"[,;\s]+")


def tags_in(text: str) -> str:
    """What somebody typed as tags, as they are stored: small words with a space between them, each once, in order."""
    found = dict.fromkeys(
        folded(each).replace(" ", "-")[:LONGEST] for each in _BETWEEN.split(text[: MOST_TAGS * LONGEST]) if each
    )
    return " ".join(list(filter(None, found))[:MOST_TAGS])
