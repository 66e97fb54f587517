"""The tender notice (UK4) of a call, and below the threshold the form of its own: Procurement Act 2023 s. 21 and 87(1),
Procurement Regulations 2024 reg. 18, 19 and 24. Drafted from the call as it is written, whether it is published or not.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from procurement.rules.calls import BOUND, Draft, LotDraft, StageDraft
from procurement.rules.classification import classes_of, cpv_shown, place_words
from procurement.rules.money import format_pounds
from procurement.rules.notice_contents import NO, Section, authority, conflicts_assessed, section
from procurement.rules.published import Publisher
from procurement.rules.signing import NOTIFIABLE_FROM
from procurement.rules.vat import estimated_value, vat_of, with_vat, without_vat
from workflows.definition import Route
from workflows.facts import day_in_words, in_words

LEGAL_BASIS = {
    Route.COVERED: "Procurement Act 2023, section 21",
    Route.BELOW_THRESHOLD: "Procurement Act 2023, section 87(1)",
}
OPEN = "An open procedure (Procurement Act 2023 section 20(2)(a))"
FLEXIBLE = "A competitive flexible procedure (Procurement Act 2023 section 20(2)(b))"


def is_needed(draft: Draft) -> bool:
    """Whether the law asks for a tender notice: of every covered procurement, and below the threshold from the value
    on that is notified. Where the value is not known, it is asked for."""
    if draft.route not in BOUND:
        return False
    value = estimated_value(draft, draft.lots)
    return draft.route == Route.COVERED or value is None or value >= NOTIFIABLE_FROM


def sections(draft: Draft, publisher: Publisher, ocid: str, url: str) -> list[Section]:
    """The whole notice; `url` is the page of the call."""
    covered = draft.route == Route.COVERED
    first = [each for each in draft.stages if each.window == 1]
    classes = classes_of(draft)
    return [
        authority(publisher, draft.contact),
        section(
            "Procurement",
            (
                ("Title", f"{draft.title} ({draft.ref})"),
                ("Procurement identifier (OCID)", ocid),
                ("Legal basis", LEGAL_BASIS[Route(draft.route)]),
                ("Procedure", (FLEXIBLE if len(first) > 1 else OPEN) if covered else ""),
                ("Special regime contract", NO),
                ("Mainly for", "Services"),
                ("Description", draft.summary),
                ("The problem", draft.problem),
                ("What good looks like", draft.outcome),
                ("What is bought (CPV)", "; ".join(map(cpv_shown, classes.cpv))),
                ("Where", "; ".join(str(place_words(each, publisher.name)) for each in classes.places)),
                ("Estimated value, without VAT", _net(draft)),
                ("Estimated value, with VAT, options included", _gross(draft)),
                ("Not split into lots, because", draft.one_lot_why if covered and len(draft.lots) == 1 else ""),
                ("Begins", _day(draft.starts_on)),
                ("Ends", _day(draft.ends_on)),
            ),
        ),
        *(_lot(draft, lot, publisher) for lot in draft.lots if len(draft.lots) > 1),
        section("Process", _process(first)),
        section(
            "Submission",
            (
                ("How", f"Online, at {url}"),
                ("Opens", _instant(first[0].opens_at if first else None)),
                (f"{_capital(first[0].nouns)} must be submitted by" if first else "", _last(first)),
                ("Questions until", _instant(first[0].ask_by if first else None)),
                ("Languages", "English"),
                ("Electronic auction", NO if covered else ""),
                ("Expected date of the award", _day(_decided(first))),
            ),
        ),
        *(_criteria(each) for each in first if each.criteria),
        section(
            "Conditions",
            (
                ("Who can take part", draft.eligibility),
                ("Terms of the contract", draft.terms),
                ("Conflicts assessment", conflicts_assessed(draft.conflicts_on) if covered else ""),
                ("Associated tender documents", f"All are provided with this notice, at {url}"),
            ),
        ),
    ]


def _lot(draft: Draft, lot: LotDraft, publisher: Publisher) -> Section:
    vat, classes = vat_of(draft, lot), classes_of(draft, lot)
    return section(
        f"Lot {lot.number}: {lot.title}",
        (
            ("Description", lot.description),
            ("Estimated value, without VAT", str(without_vat(lot.budget, vat))),
            ("Estimated value, with VAT", str(with_vat(lot.budget, vat))),
            ("Options and extensions", _options(lot.options)),
            ("What is bought (CPV)", "; ".join(map(cpv_shown, classes.cpv))),
            ("Where", "; ".join(str(place_words(each, publisher.name)) for each in classes.places)),
        ),
    )


def _process(stages: list[StageDraft]) -> Iterator[tuple[str, str]]:
    """What happens in each stage, and how many go on from it at most (reg. 19(2)(c) and (d))."""
    for each in stages:
        most = [f"lot {number}: {seats}" for number, seats in each.lots if seats is not None]
        said = [f"Each {each.noun} is assessed by at least {each.readers} people" if each.assesses else ""]
        said += ["the published criteria decide who is chosen" if each.criteria else ""]
        said += [f"at most so many: {', '.join(most)}" if most else ""]
        yield f"{each.number}. {each.title}", "; ".join(filter(None, said)) or "No marks are given"


def _criteria(stage: StageDraft) -> Section:
    """By what a stage is decided, each criterion with its share of the marks."""
    said = zip(stage.criteria, stage.descriptions or ("",) * len(stage.criteria), strict=False)
    return section(
        f"Award criteria: {stage.title}",
        ((each.name, ". ".join(filter(None, (f"{each.weight}%", about)))) for each, about in said),
    )


def _net(draft: Draft) -> str:
    return "" if draft.budget is None else format_pounds(draft.budget)


def _gross(draft: Draft) -> str:
    value = estimated_value(draft, draft.lots)
    return "" if value is None else format_pounds(value)


def _options(options: Decimal | None) -> str:
    return "" if options is None else f"Up to {format_pounds(options)} beyond the value of the lot"


def _last(stages: list[StageDraft]) -> str:
    return _instant(stages[0].closes_at) if stages else ""


def _decided(stages: list[StageDraft]) -> date | None:
    days = [each.decide_by for each in stages if each.awards and each.decide_by is not None]
    return max(days, default=None)


def _capital(noun: str) -> str:
    return noun[:1].upper() + noun[1:]


def _day(day: date | None) -> str:
    return "" if day is None else day_in_words(day)


def _instant(at: datetime | None) -> str:
    return "" if at is None else in_words(at)
