"""Nothing typed is ever lost: what arrives with an expired session or token is kept, and given back.

It is never done by itself (docs/threats.md 49). The browser's cookie names what was kept by a secret; whose it is, when
that is known, is kept with it.
"""

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from procurement.queries import people as people_queries
from procurement.rules.accounts import digest
from procurement.rules.numbers import whole_number
from procurement.services.people import unsent_forms
from procurement.web import context, login
from procurement.web.filters import listed
from procurement.web.parts import limits
from procurement.web.parts.addresses import own_path, page_before
from procurement.web.parts.sizes import TooLarge

COOKIE = "kept"  # the key in sessions that are out: a stored name, never renamed
MOST_FORMS = 5  # unsent forms for one browser; the oldest goes
LARGEST_FORM = 1024 * 1024  # characters
ASKED = "kept"  # in the address to which an unsent form is sent again: which one it is
# what a page carries along unseen, and which of its buttons was pressed: nobody typed it, and nobody reads it
NOT_TYPED = frozenset(
    {
        "csrf_token",
        "version",
        "next",
        "then",
        "autosaved",
        "from",
        "press",
        "seen",
        "looked",
        "amendment",
        "claim",
        "promotion",
        "proposal",
        "reserves",
    }
)


def typed() -> unsent_forms.TypedForm:
    """The form of this request: without its token, passwords and files."""
    fields = [
        (name, text) for name, text in request.form.items(multi=True) if name != "csrf_token" and "password" not in name
    ]
    return unsent_forms.TypedForm(
        path=own_path(request.full_path.rstrip("?")) or request.path,
        page=page_before() or request.path,
        fields=tuple(fields),
        files=tuple(file.filename for file in request.files.values() if file.filename),
        secrets=tuple(sorted({name for name in request.form if "password" in name})),
    )


def worth_keeping(form: unsent_forms.TypedForm) -> bool:
    """Whether anybody typed or chose something in it, a file too: of that the name is kept.

    Raises TooLarge for more than people type: better refused, while its page is there to go back to, than lost.
    """
    if sum(len(name) + len(text) for name, text in form.fields) > LARGEST_FORM:
        raise TooLarge(LARGEST_FORM)
    return bool(form.files) or is_typed(form)


def is_typed(form: unsent_forms.TypedForm) -> bool:
    """Whether it holds any text or choice, which can be sent again as it is."""
    return any(text.strip() and name not in NOT_TYPED for name, text in form.fields)


def keep() -> bool:
    """Keep this request's form for the person, or for whoever signs in next in this browser; whether it was kept.

    Raises TooLarge, and TooManyRequests when too much was kept from one address.
    """
    form = typed()
    if not worth_keeping(form):
        return False
    limits.count(limits.UNSENT_FORM_ADDRESS)
    who = context.principal().id
    if who is None and (shown := login.secret()):
        who = people_queries.find_holder(context.session(), digest(shown))
    made = context.do(unsent_forms.keep, form, person_id=who)
    session[COOKIE] = [*session.get(COOKIE, []), made][-MOST_FORMS:]
    return True


def list_unsent() -> list[unsent_forms.OpenedUnsentForm]:
    """What waits unsent for the person who is signed in, in this browser."""
    return unsent_forms.list_unsent(
        context.session(), context.ports(), session.get(COOKIE, []), by=context.principal(), at=context.unshifted()
    )


def waits() -> bool:
    """Whether something typed in this browser is kept for whoever signs in, or is signed in: they get it back."""
    nonces = session.get(COOKIE, [])
    return bool(nonces) and unsent_forms.waits(
        context.session(), nonces, by=context.principal(), at=context.unshifted()
    )


def drop(form_id: int) -> None:
    """Keep this one no longer."""
    nonces = session.get(COOKIE, [])
    context.do(unsent_forms.drop, form_id, nonces)


def sent_again(response: Response) -> Response:
    """An unsent form that arrived and was taken is kept no longer."""
    asked = whole_number(request.args.get(ASKED, ""))
    taken = request.method == "POST" and response.status_code < 400  # noqa: PLR2004  (what is not refused)
    if taken and asked is not None and session.get(COOKIE) and context.principal().signed_in:
        drop(asked)
    return response


def to_sign_in() -> Response:
    """To the sign-in page, and from there back to where the person was."""
    if names := [file.filename for file in request.files.values() if file.filename]:
        flash(
            _(
                "Nothing was uploaded, because you were signed out: %(files)s. Sign in, then choose it again.",
                files=listed(f"“{name}”" for name in names),
            ),
            "important",
        )
    here = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else page_before() or request.path
    return redirect(url_for("account_sign_in.show", next=own_path(here)), 303)
