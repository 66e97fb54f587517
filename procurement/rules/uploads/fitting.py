"""Whether a file that may be kept is one that its question takes: of a type that it names, and of no more pages."""

from typing import BinaryIO, Protocol

from procurement.rules.uploads.examination import Accepted, Refused
from procurement.rules.uploads.findings import UNUSABLE, WRONG_TYPE
from procurement.rules.uploads.protected import pages_of
from procurement.rules.uploads.types import GROUPS, MEDIA_TYPES, endings_of
from workflows.facts import Sentence

PDF = MEDIA_TYPES["pdf"]


class Taking(Protocol):
    """A question for files: which groups of types it takes (all where it names none), and how many pages of a PDF."""

    @property
    def types(self) -> tuple[str, ...]: ...
    @property
    def page_limit(self) -> int | None: ...


def unfit(found: Accepted, file: BinaryIO, question: Taking) -> Refused | None:
    """Why a question does not take a file that was examined; None where it does. `file` is left at its start."""
    if found.media_type not in {MEDIA_TYPES[ending] for ending in endings_of(question.types)}:
        words = ", ".join(title for key, (title, _) in GROUPS.items() if key in question.types)
        return Refused(
            Sentence(
                "“%(name)s” is not of a type that this question takes. It takes: %(types)s.",
                name=found.name,
                types=words,
            ),
            WRONG_TYPE,
        )
    if question.page_limit is None or found.media_type != PDF:
        return None
    pages, limit = pages_of(file), question.page_limit
    if pages is None:
        return Refused(
            Sentence(
                "The pages of “%(name)s” cannot be counted, and this question limits them. Save it as a PDF anew, and "
                "upload that.",
                name=found.name,
            ),
            UNUSABLE,
        )
    if pages <= limit:
        return None
    return Refused(
        Sentence(
            "“%(name)s” has %(pages)s pages and a PDF may have at most %(limit)s here. Shorten it and upload it again.",
            name=found.name,
            pages=pages,
            limit=limit,
        ),
        UNUSABLE,
    )
