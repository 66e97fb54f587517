"""Acts for which the password is asked again: a sign-in is fresh for ten minutes after it was last entered."""

from procurement.web import context


class FreshSignInNeeded(Exception):
    """The password must be entered again first; the account pages answer it, and keep what was typed."""


def is_fresh() -> bool:
    until = context.principal().fresh_until
    return until is not None and context.unshifted() < until


def require_fresh() -> None:
    """For the first line of a view: send the person to enter their password unless they have just done so."""
    if not is_fresh():
        raise FreshSignInNeeded
