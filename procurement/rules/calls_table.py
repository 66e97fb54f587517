"""What the JSON of calls and of notices says, name by name: a name within another is written `budget.amount`, one
within each thing of a list `lots[].number`."""

from procurement.rules.calls import CALL_KINDS, THEMES
from procurement.rules.columns import Column, Type
from procurement.rules.statuses import CallStatus

STATUSES: dict[str, str] = {
    CallStatus.OPEN: "Applications can be made",
    CallStatus.UPCOMING: "Published, and not open yet",
    CallStatus.CLOSED: "Closed, and not opened yet",
    CallStatus.IN_ASSESSMENT: "Applications are read and marked",
    CallStatus.DECIDED: "Everybody who applied was told",
    CallStatus.CANCELLED: "Cancelled",
}
KINDS = {key: str(words) for key, words in CALL_KINDS.items()}
_DIGEST = "0f3c…: 64 hexadecimal digits"
_THERE = "https://city.example"


def _text(name: str, about: str, example: str, codes: dict[str, str] | None = None, *, required: bool = True) -> Column:
    return Column(name=name, title=_title(name), about=about, example=example, codes=codes or {}, required=required)


def _of(kind: Type, name: str, about: str, example: str, unit: str = "") -> Column:
    """A value that is null or left out where there is none."""
    return Column(name=name, title=_title(name), about=about, example=example, type=kind, unit=unit, required=False)


def _title(name: str) -> str:
    return name.replace("[]", "").replace(".", ": ").replace("_", " ").capitalize()


LISTED_CALL: tuple[Column, ...] = (
    _text("reference", "The call for ever: /calls/<reference>.", "BCC-2027-004"),
    _text("title", "The call's title.", "Clean air in our streets"),
    _text("summary", "What it is about, in two or three sentences.", "We look for ways to measure the air."),
    _text("kind", "Whether a contract or a grant is at its end.", "challenge", KINDS),
    _text("procedure", "How it is decided: /how-we-decide/<procedure>.", "challenge"),
    _text("theme", "The priority area of the city.", "low_carbon", {key: str(text) for key, text in THEMES.items()}),
    _text("status", "Where it stands by the clock.", "open", STATUSES),
    _text("status_text", "The same in words, as its page says it.", "Open"),
    _of(Type.NUMBER, "budget.amount", "The money of all lots.", "250000", "pounds"),
    _text("budget.currency", "Of the amount (ISO 4217).", "GBP"),
    _of(Type.TEXT, "budget.amount_basis", "Whether the amount is with VAT, as amount_basis of an award says.", "net"),
    _of(Type.INSTANT, "published_at", "When it was published.", "2027-01-04T09:00:00Z"),
    _of(Type.INSTANT, "opens_at", "From when applications can be made.", "2027-01-11T09:00:00Z"),
    _of(Type.INSTANT, "closes_at", "Until when they can be made.", "2027-02-26T12:00:00Z"),
    _of(Type.DAY, "decision_on", "The day by which it is decided.", "2027-05-14"),
    Column(name="url", title="Page", about="Its page.", example=f"{_THERE}/calls/BCC-2027-004", type=Type.ADDRESS),
)
WHOLE_CALL: tuple[Column, ...] = (
    *LISTED_CALL,
    _text("problem", "The problem that is to be solved.", "Nobody knows what people breathe."),
    _text("users", "Who has the problem.", "Everybody who walks."),
    _text("outcome", "What is to be better afterwards.", "A map that is right to the street."),
    _text("eligibility", "Who may apply.", "Organisations registered in the UK."),
    _text("terms", "On which terms.", "The city's terms for services."),
    _text("contact", "Whom to ask.", "innovation@city.example"),
    _of(Type.TEXT, "cpv.code", "What is bought, in the Common Procurement Vocabulary.", "73000000-2"),
    _of(Type.TEXT, "cpv.words", "What the code means, or its division.", "Research and development services"),
    _of(Type.TEXT, "also_cpv[].code", "What else is bought.", "72000000-5"),
    _of(Type.TEXT, "also_cpv[].words", "What the code means, or its division.", "IT services"),
    _of(Type.TEXT, "place.code", "Where: an ITL region, or anywhere (in the authority's area).", "UKG31"),
    _of(Type.TEXT, "place.words", "The same in words.", "Birmingham (UKG31)"),
    _of(Type.TEXT, "also_places[].code", "Where else.", "UKG32"),
    _of(Type.TEXT, "also_places[].words", "The same in words.", "Solihull (UKG32)"),
    _of(Type.INSTANT, "assess_by", "Until when applications are marked.", "2027-04-16T12:00:00Z"),
    _of(Type.DAY, "starts_on", "The first day of the work.", "2027-06-01"),
    _of(Type.DAY, "ends_on", "The last day of the work.", "2028-05-31"),
    _of(Type.INSTANT, "told_at", "When everybody was told.", "2027-05-14T10:00:00Z"),
    _of(Type.TEXT, "cancelled_because", "Why it was cancelled.", "The money went elsewhere."),
    _of(Type.WHOLE, "lots[].number", "The lot's number in its call.", "1"),
    _text("lots[].title", "The lot's title.", "Streets"),
    _text("lots[].description", "What the lot is for.", "Streets with buses.", required=False),
    _of(Type.NUMBER, "lots[].budget.amount", "The lot's money.", "125000", "pounds"),
    _text("lots[].budget.currency", "Of the amount (ISO 4217).", "GBP"),
    _of(Type.TEXT, "lots[].budget.amount_basis", "Whether the amount is with VAT.", "net"),
    _of(Type.NUMBER, "lots[].budget.amount_gross", "The same with VAT.", "150000", "pounds"),
    _of(Type.NUMBER, "lots[].budget.options", "What options and extensions may add.", "25000", "pounds"),
    _of(Type.NUMBER, "lots[].budget.vat_rate", "The rate of VAT.", "20", "per cent"),
    _of(Type.INSTANT, "lots[].abandoned_at", "When the lot ended alone.", "2027-03-01T09:00:00Z"),
    _of(Type.TEXT, "lots[].abandoned_because", "Why it ended.", "The building was sold."),
    _of(Type.TEXT, "lots[].cpv.code", "What is bought in the lot: its own code, or that of the call.", "73000000-2"),
    _of(Type.TEXT, "lots[].cpv.words", "What the code means, or its division.", "Research and development services"),
    _of(Type.TEXT, "lots[].also_cpv[].code", "What else is bought in it.", "72000000-5"),
    _of(Type.TEXT, "lots[].also_cpv[].words", "What the code means, or its division.", "IT services"),
    _of(Type.TEXT, "lots[].place.code", "Where the work of the lot is done.", "UKG31"),
    _of(Type.TEXT, "lots[].place.words", "The same in words.", "Birmingham (UKG31)"),
    _of(Type.TEXT, "lots[].also_places[].code", "Where else.", "UKG32"),
    _of(Type.TEXT, "lots[].also_places[].words", "The same in words.", "Solihull (UKG32)"),
    _text("stages[].key", "The stage in addresses: /calls/<reference>/stages/<key>/form.", "proposal"),
    _of(Type.WHOLE, "stages[].window", "The window that it belongs to, from 1.", "1"),
    _of(Type.WHOLE, "stages[].number", "Its place in the window, from 1.", "2"),
    _text("stages[].title", "The stage's title.", "Proposals"),
    _text("stages[].steps[]", "What it is made of, in order.", "collect"),
    _of(Type.INSTANT, "stages[].opens_at", "From when it takes submissions.", "2027-01-11T09:00:00Z"),
    _of(Type.INSTANT, "stages[].ask_by", "Until when questions are taken.", "2027-02-19T12:00:00Z"),
    _of(Type.INSTANT, "stages[].closes_at", "Until when it takes them.", "2027-02-26T12:00:00Z"),
    _of(Type.INSTANT, "stages[].assess_by", "Until when it is marked.", "2027-04-16T12:00:00Z"),
    _of(Type.DAY, "stages[].decide_by", "The day by which it is decided.", "2027-05-14"),
    _of(Type.INSTANT, "stages[].told_at", "When its applicants were told.", "2027-05-14T10:00:00Z"),
    _of(Type.WHOLE, "stages[].ranks_by.*", "What the total of a stage, by its key, counts for.", "60", "per cent"),
    _of(Type.WHOLE, "stages[].funnel[].lot", "The lot's number.", "1"),
    _of(Type.WHOLE, "stages[].funnel[].took_part", "How many took part in the stage.", "14"),
    _of(Type.WHOLE, "stages[].funnel[].assessed", "How many of them were assessed.", "11"),
    _of(Type.WHOLE, "stages[].funnel[].went_on", "How many of them went on, or were awarded.", "4"),
    _of(Type.TEXT, "stages[].scheme_sha256", "SHA-256 of the stage's scoring scheme.", _DIGEST),
    _of(Type.ADDRESS, "stages[].links.form", "Its questions.", f"{_THERE}/calls/BCC-2027-004/stages/proposal/form"),
    _of(
        Type.ADDRESS,
        "stages[].links.scheme",
        "Its scoring scheme.",
        f"{_THERE}/calls/BCC-2027-004/stages/proposal/scheme.json",
    ),
    _of(Type.WHOLE, "windows[].number", "The window's number, from 1.", "1"),
    _of(Type.INSTANT, "windows[].opens_at", "From when one may apply in it.", "2027-01-11T09:00:00Z"),
    _of(Type.INSTANT, "windows[].closes_at", "Until when.", "2027-02-26T12:00:00Z"),
    _text("windows[].status", "Where it stands: by the clock, or cancelled, as its call may be.", "open"),
    _of(Type.WHOLE, "windows[].lots[].number", "The lot's number.", "1"),
    _of(Type.NUMBER, "windows[].lots[].budget", "The lot's money in this window.", "125000", "pounds"),
    _of(Type.INSTANT, "windows[].ended_at", "When it was ended before it began.", "2027-01-05T12:00:00Z"),
    _of(Type.TEXT, "windows[].ended_because", "Why it was ended.", "The money is spent."),
    _of(Type.WHOLE, "version", "The number of what it says now; each is at /calls/<reference>/versions/.", "2"),
    _of(Type.INSTANT, "amendments[].at", "When dates moved.", "2027-02-01T09:00:00Z"),
    _text("amendments[].stage", "The key of the stage whose dates moved.", "proposal"),
    _text("amendments[].reason", "Why they moved, or the call was amended.", "The network was down."),
    _of(Type.WHOLE, "amendments[].version", "The version that says it, where more than dates changed.", "2"),
    _of(Type.YES_NO, "amendments[].material", "Whether whoever writes needs time for it.", "true"),
    _text("amendments[].said[]", "What changed, a line for each thing.", "New question: How do you start?"),
    _text("amendments[].changes[].date", "Which date moved, by its name here.", "closes_at"),
    _of(Type.TEXT, "amendments[].changes[].before", "What it was.", "2027-02-19T12:00:00Z"),
    _of(Type.TEXT, "amendments[].changes[].after", "What it became.", "2027-02-26T12:00:00Z"),
    _of(Type.TEXT, "scheme_sha256", "SHA-256 of the scheme by which it is decided.", _DIGEST),
    _of(Type.TEXT, "workflow_sha256", "SHA-256 of its own workflows.", _DIGEST),
    *(
        _of(Type.ADDRESS, f"links.{name}", about, f"{_THERE}/calls/BCC-2027-004/{name}")
        for name, about in (
            ("page", "Its page."),
            ("how_we_decide", "How it is decided."),
            ("form", "The questions that an application begins with."),
            ("scheme", "The scoring scheme by which it is decided."),
            ("workflow", "Its workflows, byte for byte."),
            ("version", "What it says now, byte for byte."),
            ("changes", "What changed since it was published."),
        )
    ),
)
LISTED_NOTICE: tuple[Column, ...] = (
    _text("id", "The notice for ever: /notices/<id>.", "bcc-2027-004-uk6-1"),
    _text("kind", "Which notice of the Procurement Regulations 2024 it is.", "UK6"),
    _text("title", "Its title.", "Contract award notice: Clean air in our streets"),
    _text("call", "The call that it is about: /calls/<call>.", "BCC-2027-004"),
    _text("call_title", "The call's title.", "Clean air in our streets"),
    _of(Type.INSTANT, "published_at", "When it was published.", "2027-03-02T09:00:00Z"),
    _of(Type.INSTANT, "standstill_ends_at", "When the standstill that it began ends.", "2027-03-11T23:59:59Z"),
    _text("ocid", "Its procurement in OCDS.", "ocds-xxxxxx-bcc-2027-004"),
    Column(
        name="url", title="Page", about="Its page.", example=f"{_THERE}/notices/bcc-2027-004-uk6-1", type=Type.ADDRESS
    ),
    _text("awards_today[].id", "An award of it, as it is today: the notice itself never changes.", "bcc-2027-004-a1"),
    _text("awards_today[].status", "Its status, as in the table of awards.", "active"),
    _of(Type.INSTANT, "awards_today[].suspended_at", "Since when a claim holds it.", "2027-03-09T10:00:00Z"),
    _of(Type.INSTANT, "awards_today[].ended_at", "Since when it stands no more.", "2027-03-20T09:00:00Z"),
    _of(Type.TEXT, "awards_today[].ended_because", "Why, in a sentence.", "The organisation declined the award."),
)
CHANGE: tuple[Column, ...] = (
    _of(Type.INSTANT, "at", "When it was published.", "2027-03-20T09:00:00Z"),
    _text("of", "What changed: a call, an award (a contract) or a grant.", "award"),
    _text("id", "Its name here: /calls/<id> or /awards/<id>.", "bcc-2027-004-a1"),
    _text("title", "Its title.", "Sensors for clean streets"),
    _of(Type.WHOLE, "publication", "The number of the publication that says so.", "3"),
    _of(Type.YES_NO, "ends", "Whether it was withdrawn, cancelled or abandoned by that.", "true"),
    _text("said[]", "What changed, in sentences.", "The organisation refused it on Saturday 20 March 2027."),
    _of(Type.TEXT, "grant_id", "Its id in 360Giving, of a grant.", "360G-xxxx-bcc-2027-004-a1"),
    _text("sha256", "The fingerprint of the publication, which the chain of events holds.", _DIGEST),
    _of(Type.ADDRESS, "url", "Its page.", f"{_THERE}/awards/bcc-2027-004-a1/publications/3"),
)
WHOLE_NOTICE: tuple[Column, ...] = (
    *LISTED_NOTICE,
    _text("authority", "Who published it.", "The city"),
    _text("working[]", "How the end of the standstill was worked out, line by line.", "Day 1: Tuesday 2 March 2027"),
    _text("awards[]", "Its awards: /awards/<id>.", "bcc-2027-004-a1"),
    _of(Type.TEXT, "find_a_tender.number", "Its number on Find a Tender.", "012345-2027"),
    _of(
        Type.ADDRESS,
        "find_a_tender.address",
        "Its page there.",
        "https://www.find-tender.service.gov.uk/Notice/012345-2027",
    ),
    _of(Type.INSTANT, "find_a_tender.at", "When it was published there.", "2027-03-02T09:00:00Z"),
    _of(Type.TEXT, "ended", "What ended without a contract, of a termination notice.", "The whole procurement."),
    _of(Type.TEXT, "lot", "The lot that ended, where not all did.", "Lot 2: Streets"),
    _of(Type.TEXT, "reason", "Why it ended.", "The building was sold."),
    _of(
        Type.TEXT,
        "says",
        "What it says, of kinds that have no other form here: a line for each fact.",
        "Contract: Ends: 2028",
    ),
    _of(Type.INSTANT, "decided_at", "When it was decided that it ends.", "2027-03-01T09:00:00Z"),
    _of(Type.ADDRESS, "document", "The notice as a PDF.", f"{_THERE}/documents/….pdf"),
)
