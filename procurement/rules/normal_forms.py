"""Unicode's normal forms in time that grows with the text and no faster.

Normalising sorts the marks that follow a letter, and Python sorts them one by one: 12,000 accents on one letter, which
fit into a form, kept the service busy for seconds. So nothing else calls `unicodedata.normalize` (a test of the house).
"""

import re
import unicodedata
from functools import lru_cache
from typing import Literal

MOST_MARKS = 30  # on one letter; "beyond what is required for any linguistic or technical usage" (UAX #15, 13)
JOINER = "\N{COMBINING GRAPHEME JOINER}"
# The lowest mark is U+0300. The character before a stretch belongs to it, since it may hold up to three marks; others
# are at most two, so that a stretch of fewer than fourteen cannot hold too many.
_STRETCH = re.compile("[\x00-\u02ff]?[^\x00-\u02ff]{14,}")


def normal_form(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """A text in a normal form. The same text comes out as Unicode says; only more than 30 marks on a letter differ."""
    return unicodedata.normalize(form, _stream_safe(text))


def _stream_safe(text: str) -> str:
    """Unicode's Stream-Safe Text Format (UAX #15, D4): an invisible joiner ends a run of marks after the thirtieth.

    Nothing that was typed is taken out, and doing it twice changes nothing more.
    """
    return text if text.isascii() else _STRETCH.sub(_joined, text)


def _joined(found: re.Match[str]) -> str:
    stretch = found[0]
    if not any(_marks(each)[0] for each in set(stretch)):
        return stretch
    parts, run = [], 0
    for each in stretch:
        leading, trailing, bare = _marks(each)
        if run + leading > MOST_MARKS:
            parts.append(JOINER)
            run = 0
        run = run + leading if bare else trailing
        parts.append(each)
    return "".join(parts)


@lru_cache(maxsize=4096)
def _marks(character: str) -> tuple[int, int, bool]:
    """How many marks a character begins with and ends with when it is taken apart, and whether it is nothing else."""
    whole = unicodedata.normalize("NFKD", character)
    classes = [unicodedata.combining(each) for each in whole]
    leading = next((at for at, each in enumerate(classes) if not each), len(classes))
    trailing = next((at for at, each in enumerate(reversed(classes)) if not each), len(classes))
    return leading, trailing, leading == len(classes)
