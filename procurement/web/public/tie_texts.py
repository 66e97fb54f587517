"""What happens where totals are equal, as the pages of a call say it."""

from collections.abc import Iterator

from flask_babel import gettext as _

from workflows.scoring.schemes import Scheme


def ties_in_words(scheme: Scheme, *, awards: bool) -> Iterator[str]:
    """The criteria that decide between equals, and what happens to those who are equal by all of them. Nothing where
    the scheme says nothing of it: then they share a place."""
    if scheme.tie_breakers:
        said = ", ".join(scheme.criterion(key).name for key in scheme.tie_breakers)
        yield _("Of equal totals that with the better mark is first, in this order: %(criteria)s.", criteria=said)
    if scheme.drawn and awards:
        yield _(
            "Who is equal then is drawn by lot: from the references and the digest with which the history records the "
            "lock of the marks, so that nobody chooses and everybody can do it again."
        )
    elif scheme.tie_breakers and awards:
        yield _("Between those who are equal then it is chosen, with a reason that stays on record.")
    elif scheme.tie_breakers:
        yield _("Who is equal then shares a place.")
