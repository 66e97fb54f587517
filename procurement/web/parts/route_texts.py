"""Under which law a call runs, and why, in words."""

from flask_babel import gettext as _

from procurement.rules import routes
from procurement.rules.calls import Draft
from procurement.rules.money import format_pounds
from procurement.rules.routes import Subject
from procurement.web.filters import sentence, uk_date
from workflows.definition import Route


def route_in_words(route: str) -> str:
    """Under which law a call runs."""
    return {
        Route.COVERED: _("Covered procurement: contract notices, standstill and assessment summaries"),
        Route.BELOW_THRESHOLD: _("Procurement below the threshold: no standstill"),
        Route.EXEMPT_RND: _("Research and development that the Procurement Act 2023 exempts: no standstill"),
        Route.GRANT: _("Grant: under the Subsidy Control Act 2022, no standstill"),
    }[Route(route)]


def subject_in_words(subject: str) -> str:
    """What is bought, for the most part."""
    return {
        Subject.GOODS_SERVICES: _("Goods or services"),
        Subject.RESEARCH: _("Research and development services for the public benefit"),
        Subject.LIGHT_TOUCH: _("Social, health and like services"),
        Subject.WORKS: _("Works"),
    }[Subject(subject)]


def why(draft: Draft) -> list[str]:
    """Why it runs as it does, sentence by sentence: what the law gives, and what its officers say; nothing of a call
    that does not say."""
    advice = routes.advise(draft)
    if advice is None:
        return []
    found = [sentence(each) for each in advice.because]
    if draft.route != advice.route:
        found.append(_("It runs as a covered procurement all the same: %(why)s", why=draft.route_why))
    if draft.whole_value is not None:
        whole = format_pounds(draft.whole_value)
        found.append(_("It is a part of a purchase that is worth %(value)s with VAT in all.", value=whole))
    if draft.one_lot_why and len(draft.lots) == 1:
        found.append(_("It is not split into lots: %(why)s", why=draft.one_lot_why))
    if draft.conflicts_on is not None:
        day = uk_date(draft.conflicts_on)
        found.append(_("Conflicts of interest were assessed on %(day)s.", day=day))
    return found
