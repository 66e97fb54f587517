"""What every statutory notice is asked on its page: where it was published in law, and whether that is so."""

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from procurement.models.awards import Notice
from procurement.rules import find_tender
from procurement.rules.notice_contents import Where
from procurement.rules.permissions import Permission
from procurement.services import notices
from procurement.services.refusal import Refusal
from procurement.web.context import allowed, do, now
from procurement.web.filters import sentence
from procurement.web.forms.base import PageForm
from procurement.web.forms.fields import DateTimePartsField, HiddenField, TextField, WordLimitedText


def typed_at(contract: str = "") -> dict[Where, tuple[str, str] | None]:
    """By what a notice lacks: the page on which that is typed and the words of the link; None where whoever looks
    cannot type it. `contract`: the page of the contract that it is about."""
    settings = (url_for("admin_settings.show"), gettext("Go to the settings")) if allowed(Permission.OPERATE) else None
    return {
        Where.SETTINGS: settings,
        Where.ORGANISATION: None,
        Where.CONTRACT: (contract, gettext("Correct what was recorded")),
    }


class EnterForm(PageForm):
    number = TextField(
        _l("Number of the notice on Find a Tender"),
        missing=_l("Enter the number of the notice"),
        most=find_tender.NUMBER_LENGTH,
        description=_l("For example, 012345-2027."),
    )
    address = TextField(
        _l("Its address there"),
        missing=_l("Enter the address of the notice"),
        most=find_tender.LONGEST_ADDRESS,
        description=_l("The whole address of its page, which begins with https://www.find-tender.service.gov.uk/."),
    )
    at = DateTimePartsField(_l("When it was published there"), missing=_l("Enter when it was published"))


class ConfirmForm(PageForm):
    seen = HiddenField()


class SendBackForm(PageForm):
    reason = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=250, rows=4)


def blank(notice: Notice | None) -> EnterForm:
    """The form as its page shows it first: with what was entered before, or the instant of now."""
    if notice is None or notice.outside_at is None:
        return EnterForm(formdata=None, data={"at": now()})
    entered = {"number": notice.outside_number, "address": notice.outside_address, "at": notice.outside_at}
    return EnterForm(formdata=None, data=entered)


def entered(form: EnterForm, notice_id: int) -> int:
    """Keep where the notice was published: 0, or the status of the refusal, whose reasons stand on the form then: each
    at its field, or above them all."""
    assert form.at.data is not None  # noqa: S101  (the form was sent whole)
    place = notices.Place(form.number.data or "", form.address.data or "", form.at.data)
    try:
        do(notices.enter, notice_id, place)
    except notices.Misplaced as refusal:
        for field, said in refusal.faults.items():
            form.refuse(field, sentence(said))
        return refusal.status
    except Refusal as refusal:
        form.form_errors.extend(sentence(each) for each in refusal.reasons)
        return refusal.status
    return 0
