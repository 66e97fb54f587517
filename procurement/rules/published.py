"""What the register knows of a call and its awards: plain frozen facts, copied at publication, never looked up again.

The open data of `rules/standards` is a function of these. Instants are aware, amounts are pounds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from procurement.rules.classification import Classified
from procurement.rules.counts import PublishedCounts
from procurement.rules.published_documents import PublishedDocument, PublishedNotice
from procurement.rules.published_texts import PublishedTexts
from procurement.rules.registers import identifier
from procurement.rules.statuses import TenderStatus

OPEN_GOVERNMENT_LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"


class CallKind(StrEnum):
    CHALLENGE = "challenge"
    FUND = "fund"


class CriterionKind(StrEnum):
    """What a criterion is about, in the words of OCDS (awardCriterionType)."""

    QUALITY = "quality"
    PRICE = "price"
    COST = "cost"


class Scale(StrEnum):
    """The size of an organisation, in the words of OCDS (partyScale)."""

    UNKNOWN = ""
    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    SME = "sme"
    LARGE = "large"
    SELF_EMPLOYED = "selfEmployed"


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """The authority that publishes. `scheme` and `number`: its identifier (`GB-LAE`, `BIR`); the prefixes are issued
    once to each publisher by the two standards (`ocds-xxxxxx`, `360G-xxxx`). Addresses are absolute."""

    name: str
    url: str
    ocid_prefix: str
    grant_prefix: str
    scheme: str = ""
    number: str = ""
    policy_url: str = ""
    licence_url: str = OPEN_GOVERNMENT_LICENCE
    email: str = ""
    street: str = ""
    locality: str = ""
    postcode: str = ""


def publisher(settings: Mapping[str, Any], base_url: str) -> Publisher:
    """The authority, as the settings name it; its identifier is `LIST-NUMBER`, as GB-LAE-BIR."""
    scheme, number = identifier(str(settings["authority_id"])) or ("", str(settings["authority_id"]))
    return Publisher(
        name=settings["authority_name"],
        url=base_url,
        ocid_prefix=settings["ocid_prefix"],
        grant_prefix=settings["grant_prefix"],
        scheme=scheme,
        number=number,
        policy_url=f"{base_url}/data",
        email=settings["help_email"],
        street=settings["authority_street"],
        locality=settings["authority_town"],
        postcode=settings["authority_postcode"],
    )


@dataclass(frozen=True, kw_only=True)
class PublishedOrganisation:
    """A firm, charity or other body. `key`: our own public id, which stands in where no register knows it."""

    key: str
    name: str
    company_number: str = ""
    charity_number: str = ""
    register: str = ""  # another list of org-id.guide that knows it, and its number there
    register_number: str = ""
    street: str = ""
    locality: str = ""
    postcode: str = ""
    country: str = ""
    url: str = ""
    scale: Scale = Scale.UNKNOWN
    vcse: bool | None = None  # a voluntary, community or social enterprise; None: not asked


@dataclass(frozen=True, kw_only=True)
class PublishedCriterion:
    """`weight` in per cent; `minimum` in marks, where answers below it fail."""

    name: str
    weight: Decimal
    description: str = ""
    minimum: int | None = None
    kind: CriterionKind = CriterionKind.QUALITY


@dataclass(frozen=True, kw_only=True)
class PublishedLot:
    reference: str
    title: str
    description: str = ""
    budget: Decimal | None = None
    amount_basis: str = ""  # what the budget is (`rules.vat`), at which rate, and what it comes to with VAT
    vat_rate: Decimal | None = None
    budget_gross: Decimal | None = None
    criteria: tuple[PublishedCriterion, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    abandoned_at: datetime | None = None  # it ended alone, while the call goes on, and why
    ended_reason: str = ""
    unsuccessful: bool = False  # nothing that was sent to it was left then
    cpv: str = ""  # its own classes and places, with a space between; empty: those of the call
    places: str = ""

    @property
    def end(self) -> TenderStatus | None:
        """What it is in the words of OCDS once it was abandoned."""
        if self.abandoned_at is None:
            return None
        return TenderStatus.UNSUCCESSFUL if self.unsuccessful else TenderStatus.CANCELLED


@dataclass(frozen=True, kw_only=True)
class PublishedStage:
    """A stage of a call as published. `lots`: the references of those that it is for, where it is not for all;
    `due_on`: the day by which it is decided; `told_at`: when its applicants were told."""

    key: str
    title: str
    window: int = 1
    number: int = 1
    awards: bool = False
    lots: tuple[str, ...] = ()
    due_on: date | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PublishedChange:
    """One date that moved: of the stage with that key, by the name under which the call's JSON says it. `before` and
    `after` are ISO text, `before` empty where there was none."""

    stage: str
    date: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class PublishedAmendment:
    """What changed after the publication, and why. `number`: of the version that says so. `said`: what changed but
    dates, a line each; `before`: the texts until then; `material`: whether tenderers need time for it; `documents`:
    those that are new with it, or have a new version."""

    number: int
    published_at: datetime
    reason: str
    opens_before: datetime
    closes_before: datetime
    opens_at: datetime
    closes_at: datetime
    changes: tuple[PublishedChange, ...]
    said: tuple[str, ...] = ()
    before: PublishedTexts | None = None
    material: bool = True
    documents: tuple[PublishedDocument, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PublishedCall(Classified):
    """A call as published. `cancelled_at` and `no_award_at` end it, with `ended_reason`; None while neither is so. A
    call that was published before stages were has none. Dates are those of now; `amendments` say what they were."""

    reference: str
    kind: CallKind
    title: str
    summary: str
    url: str
    published_at: datetime
    opens_at: datetime
    closes_at: datetime
    lots: tuple[PublishedLot, ...]
    procedure: str = ""
    theme: str = ""
    budget: Decimal | None = None
    amount_basis: str = ""
    budget_gross: Decimal | None = None
    above_threshold: bool = False
    method_rationale: str = ""  # why it runs under this law
    questions_until: datetime | None = None
    notices: tuple[PublishedNotice, ...] = ()
    cancelled_at: datetime | None = None
    no_award_at: datetime | None = None
    ended_reason: str = ""
    counts: tuple[PublishedCounts, ...] = ()
    stages: tuple[PublishedStage, ...] = ()
    documents: tuple[PublishedDocument, ...] = ()  # that were published with it; later ones stand with their amendment
    amendments: tuple[PublishedAmendment, ...] = ()
    open_data_id: str = ""  # written at the first publication: the OCID, or what the ids of its grants begin with


@dataclass(frozen=True, kw_only=True)
class PublishedAward(Classified):
    """An award as published. `number`: its place among the call's awards (`a3`); `decided_on`: the day of the
    decision; `published_at`: since when the register shows it; `told_at`: when all applicants were told and sent
    their assessment summaries; `confirmed_at`: the instant from which it stands (grants: told; procurement: the end
    of standstill), once that is past, and `confirmed_known_at` when that was published; `refused_at`: the applicant
    declined it; `expired_at`: nobody answered in time; `lapsed_at`: of older ones, disqualified or abandoned. `stage`:
    the key of the one that awards; `applications`: how many its window had; `authority`: its publisher's name then."""

    reference: str
    number: str
    lot: str
    title: str
    summary: str
    amount: Decimal
    organisations: tuple[PublishedOrganisation, ...]
    url: str
    decided_on: date
    published_at: datetime
    told_at: datetime | None = None
    amount_basis: str = ""  # of `amount`; what it comes to with VAT, and at which rate
    vat_rate: Decimal | None = None
    amount_gross: Decimal | None = None
    applied_for: Decimal | None = None
    standstill_begins: datetime | None = None
    standstill_ends: datetime | None = None
    confirmed_at: datetime | None = None
    accepted_at: datetime | None = None
    refused_at: datetime | None = None
    lapsed_at: datetime | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    notices: tuple[PublishedNotice, ...] = ()
    grant_id: str = ""  # in 360Giving; written at the first publication
    confirmed_known_at: datetime | None = None
    expired_at: datetime | None = None
    disqualified_at: datetime | None = None
    abandoned_at: datetime | None = None
    abandoned: str = ""  # its call was, or its lot alone (`call`, `lot`), and why
    ended_reason: str = ""
    suspended_at: datetime | None = None  # by the last claim in court, and when that was lifted
    resumed_at: datetime | None = None
    stage: str = ""
    window: int | None = None
    applications: int | None = None
    applications_assessed: int | None = None
    authority: str = ""
    contract_status: str = ""  # `rules.signing`; empty of an acceptance that was published as the signing
    signed_on: date | None = None  # the day on which both had signed, what the contract says, and when that was public
    contract_starts_on: date | None = None
    contract_ends_on: date | None = None
    contract_amount: Decimal | None = None
    signed_at: datetime | None = None

    @property
    def ended_at(self) -> datetime | None:
        """Since when it stands no more."""
        return self.refused_at or self.expired_at or self.disqualified_at or self.abandoned_at or self.lapsed_at

    @property
    def suspended(self) -> bool:
        """Whether a claim holds it."""
        return self.suspended_at is not None and self.resumed_at is None and self.ended_at is None

    @property
    def confirmation_published_at(self) -> datetime | None:
        """When the public was told that it stands: publications of before that was noted say since when it does."""
        return self.confirmed_known_at or self.confirmed_at


def to_plain(fact: object) -> Any:
    """Facts as values that canonical JSON can write: amounts and dates as strings, instants in UTC."""
    if is_dataclass(fact) and not isinstance(fact, type):
        return {each.name: to_plain(getattr(fact, each.name)) for each in fields(fact)}
    if isinstance(fact, tuple | list):
        return [to_plain(each) for each in fact]
    if isinstance(fact, Mapping):
        return {name: to_plain(each) for name, each in fact.items()}
    if isinstance(fact, StrEnum):
        return fact.value
    if isinstance(fact, Decimal):
        return format(fact, "f")
    if isinstance(fact, datetime):
        return instant(fact, exact=True)
    if isinstance(fact, date):
        return fact.isoformat()
    return fact


def instant(at: datetime, *, exact: bool = False) -> str:
    """An aware instant as `2026-11-24T12:00:00Z`, in whole seconds unless `exact`; ValueError for a naive one."""
    if at.utcoffset() is None:
        raise ValueError(f"{at!r} has no zone")
    utc = at.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='auto' if exact else 'seconds')}Z"


Fact = TypeVar("Fact")
RETIRED = frozenset({"charity_register"})  # older publications say it; the number says as much


def read(kind: type[Fact], plain: Mapping[str, Any]) -> Fact:
    """The facts that `to_plain` wrote. Raises ValueError for a field that the kind does not have, or lacks."""
    hints = get_type_hints(kind)
    plain = {name: each for name, each in plain.items() if name not in RETIRED}
    unknown = sorted(set(plain) - set(hints))
    if unknown:
        raise ValueError(f"{kind.__name__} has no {', '.join(unknown)}")
    try:
        return kind(**{name: _value(hints[name], each) for name, each in plain.items()})
    except TypeError as error:
        raise ValueError(str(error)) from error


def _value(hint: Any, plain: Any) -> Any:
    """One field's value, by its declared type."""
    if get_origin(hint) is UnionType:
        inner = next(each for each in get_args(hint) if each is not NoneType)
        return None if plain is None else _value(inner, plain)
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], each) for each in plain)
    if is_dataclass(hint):
        return read(hint, plain) if isinstance(hint, type) else plain
    if hint is datetime or hint is date:
        return hint.fromisoformat(plain)
    return hint(plain) if isinstance(hint, type) and issubclass(hint, Decimal | StrEnum) else plain
