"""What officers keep to begin anew from: templates, and the questions and criteria of the library."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.calls import Call
from procurement.models.library import CallTemplate, LibraryItem, LibraryUse
from procurement.queries.words import matching
from procurement.rules import questions

MOST_SHOWN = 100
MOST_CALLS = 20


def templates(session: Session) -> list[CallTemplate]:
    """The templates of the house by name, each with its call and who keeps it: one statement."""
    found = select(CallTemplate).where(CallTemplate.removed_at.is_(None)).order_by(CallTemplate.name, CallTemplate.id)
    return list(session.scalars(found.options(joinedload(CallTemplate.call), joinedload(CallTemplate.keeper))))


def template_of(session: Session, call_id: int) -> CallTemplate | None:
    """As what a call is kept; None where it is not."""
    found = select(CallTemplate).where(CallTemplate.call_id == call_id, CallTemplate.removed_at.is_(None))
    return session.scalars(found).one_or_none()


def find_template(session: Session, template_id: int) -> CallTemplate | None:
    found = select(CallTemplate).where(CallTemplate.id == template_id, CallTemplate.removed_at.is_(None))
    return session.scalars(found.options(joinedload(CallTemplate.call))).one_or_none()


def times_copied(session: Session, refs: Collection[str]) -> dict[str, int]:
    """How many calls were begun from each of some calls: one statement."""
    asked = select(Call.copied_from, func.count()).where(Call.copied_from.in_(sorted(refs)))
    return {ref: count for ref, count in session.execute(asked.group_by(Call.copied_from))}


def calls_to_copy(session: Session, words: str) -> list[Call]:
    """Calls whose texts hold all of these words, the newest first, so many as a page shows."""
    found = (
        select(Call)
        .where(Call.amends_id.is_(None), *matching(words, Call.words))
        .order_by(Call.id.desc())
        .limit(MOST_CALLS)
    )
    return list(session.scalars(found))


# the library


def items(session: Session, kind: str, words: str = "", tag: str = "") -> list[LibraryItem]:
    """The questions or the criteria of the library, by title, so many as a page shows; with all these words and the
    tag."""
    asked = select(LibraryItem).where(LibraryItem.kind == kind, LibraryItem.removed_at.is_(None))
    asked = asked.where(*matching(words, LibraryItem.words)).order_by(LibraryItem.title, LibraryItem.id)
    if tag:
        asked = asked.where((" " + LibraryItem.tags + " ").contains(f" {tag} ", autoescape=True))
    return list(session.scalars(asked.limit(MOST_SHOWN)))


def find_item(session: Session, item_id: int) -> LibraryItem | None:
    found = select(LibraryItem).where(LibraryItem.id == item_id, LibraryItem.removed_at.is_(None))
    return session.scalars(found).one_or_none()


def chosen(session: Session, kind: str, ids: Sequence[int]) -> list[LibraryItem]:
    """Items by their ids, in the order of the library; those that are not there any more are left out."""
    asked = select(LibraryItem).where(
        LibraryItem.id.in_(ids), LibraryItem.kind == kind, LibraryItem.removed_at.is_(None)
    )
    return list(session.scalars(asked.order_by(LibraryItem.title, LibraryItem.id)))


def tags(session: Session, kind: str) -> list[str]:
    """Every tag of the library's questions or criteria, in order."""
    found = session.scalars(
        select(LibraryItem.tags).where(LibraryItem.kind == kind, LibraryItem.removed_at.is_(None)).distinct()
    )
    return sorted({tag for each in found for tag in each.split()})


def uses(session: Session, ids: Sequence[int]) -> dict[int, list[Call]]:
    """The calls in which each of some items is used, the newest first: one statement."""
    found: dict[int, list[Call]] = {each: [] for each in ids}
    asked = select(LibraryUse).where(LibraryUse.item_id.in_(ids)).options(joinedload(LibraryUse.call))
    for use in session.scalars(asked.order_by(LibraryUse.id.desc())):
        found[use.item_id].append(use.call)
    return found


def as_question(item: LibraryItem) -> questions.Question:
    """A question of the library as the rules know it."""
    return questions.read_question(item.content)
