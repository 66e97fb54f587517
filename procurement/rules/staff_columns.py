"""The columns of the tables that officers download of a call: name, type, words and example of each, in the vocabulary
of the open data (`rules.award_columns`): the same name means the same. A column is added here, and nowhere else."""

from collections.abc import Iterable

from procurement.rules.award_codes import BASES_IN_DATA, SIZES
from procurement.rules.columns import Column, Type
from procurement.rules.statuses import Ending, Outcome
from workflows.catalogue import LIFECYCLES, states

# by what it ended, where one state stands for several endings
ENDINGS: dict[str, str] = {
    Ending.EXCLUDED: "Excluded",
    Ending.DISREGARDED: "Disregarded",
    Ending.ABNORMALLY_LOW: "Disregarded: price abnormally low",
    Ending.DISQUALIFIED: "Disqualified",
    Ending.RESERVE_ENDED: "Reserve ended",
    Ending.DID_NOT_COME: "Did not come",
    Ending.UNANSWERED: "Not accepted in time",
    Ending.WITH_THE_CALL: "Ended with the call",
}
STATES: dict[str, str] = {
    state.key: state.title for subject in ("award", "entry") for state in LIFECYCLES[subject].states
} | {phase.key: phase.title for subject in ("award", "entry") for phase in LIFECYCLES[subject].phases}
STATES |= {ending.value: ENDINGS[ending] for ending in Ending}
DECISIONS: dict[str, str] = {
    Outcome.FUND: "Is awarded",
    Outcome.ADVANCE: "Goes on to the next stage",
    Outcome.RESERVE: "Is kept in reserve",
    Outcome.DECLINE: "Is declined",
}


def _text(name: str, title: str, about: str, example: str) -> Column:
    return Column(name=name, title=title, about=about, example=example, required=False)


REFERENCE = Column(
    name="reference", title="Reference", about="Of the application, as its team has it.", example="APP-2027-0012"
)
ORGANISATION = Column(name="organisation", title="Organisation", about="Who applies.", example="Digbeth Air Ltd")
TITLE = _text("title", "Project", "The project, in its applicant's words.", "Sensors for clean streets")
LOT_NUMBER = Column(
    name="lot_number", title="Lot number", about="Of the lot in its call.", example="1", type=Type.WHOLE
)
LOT = Column(name="lot", title="Lot", about="The lot's title.", example="Streets")
BASIS = Column(
    name="amount_basis",
    title="What the amount is",
    about="Whether the amounts of this line are with VAT; empty where nobody said.",
    example="net",
    codes=BASES_IN_DATA,
    required=False,
)
BIDS: tuple[Column, ...] = (
    REFERENCE,
    ORGANISATION,
    Column(
        name="size",
        title="Size",
        about="The organisation's size as it said itself; empty where it did not.",
        example="small",
        codes=SIZES,
        required=False,
    ),
    TITLE,
    LOT_NUMBER,
    LOT,
    Column(
        name="amount",
        title="Amount",
        about="What it asks for.",
        example="24500.00",
        type=Type.NUMBER,
        unit="pounds",
        required=False,
    ),
    BASIS,
    Column(
        name="state",
        title="State",
        about="How far it is, or by what it ended: of the entry in this stage, or of the award that was made on it.",
        example=states.entry.assessing.only,
        codes=STATES,
    ),
    Column(
        name="received_at",
        title="Received",
        about="When what counts was received; empty where nothing was sent in this stage.",
        example="2027-02-26T11:58:03Z",
        type=Type.INSTANT,
        required=False,
    ),
    Column(name="files", title="Files", about="How many files were sent.", example="3", type=Type.WHOLE),
    _text("digest", "Digest", "SHA-256 of what was sent.", "9f2c…"),
    _text("eligibility_reason", "Reason", "Why it is eligible, or is not.", "It meets every condition."),
)
RANKING: tuple[Column, ...] = (
    LOT_NUMBER,
    LOT,
    Column(
        name="rank",
        title="Place",
        about="In the ranking of its lot; equals share one.",
        example="2",
        type=Type.WHOLE,
        required=False,
    ),
    REFERENCE,
    TITLE,
    ORGANISATION,
    Column(
        name="sme",
        title="Small or medium-sized",
        about="Whether the organisation is small or medium-sized, as it said.",
        example="true",
        type=Type.YES_NO,
    ),
    Column(
        name="total",
        title="Total",
        about="What it is ranked by, of 100.",
        example="71.25",
        type=Type.NUMBER,
        required=False,
    ),
    Column(
        name="spread",
        title="Spread",
        about="Between the highest and the lowest total that one assessor gave.",
        example="8.50",
        type=Type.NUMBER,
        required=False,
    ),
    Column(
        name="readers",
        title="Readers",
        about="How many assessors marked it.",
        example="3",
        type=Type.WHOLE,
        required=False,
    ),
    Column(
        name="passes",
        title="Passes",
        about="Whether it misses no threshold.",
        example="true",
        type=Type.YES_NO,
        required=False,
    ),
    _text(
        "tied_with", "Equal to", "References of those with the same total, with a space between them.", "APP-2027-0019"
    ),
    Column(
        name="asks",
        title="Asks for",
        about="What it asks for; the column is left out where nothing is known of it.",
        example="24500.00",
        type=Type.NUMBER,
        unit="pounds",
        required=False,
    ),
    Column(
        name="decision",
        title="Decision",
        about="What is proposed, or was decided; empty before that.",
        example="fund",
        codes=DECISIONS,
        required=False,
    ),
    Column(
        name="amount",
        title="Amount",
        about="What is awarded.",
        example="24500.00",
        type=Type.NUMBER,
        unit="pounds",
        required=False,
    ),
    BASIS,
)
HISTORY: tuple[Column, ...] = (
    Column(
        name="position", title="Place in the chain", about="Of the event.", example="4812", type=Type.WHOLE, unique=True
    ),
    Column(
        name="recorded_at",
        title="Recorded",
        about="When it was written down.",
        example="2027-02-26T12:00:09Z",
        type=Type.INSTANT,
    ),
    Column(
        name="effective_at",
        title="Effective",
        about="Since when it holds: what the clock brings about may be recorded later.",
        example="2027-02-26T12:00:00Z",
        type=Type.INSTANT,
    ),
    Column(name="what", title="What", about="What was done, in words.", example="Opened the applications"),
    Column(name="about", title="About", about="The reference and the stage that it is about.", example="APP-2027-0012"),
    _text("who", "Who", "Who did it; empty where the service did.", "Ana Lee"),
    _text("reason", "Words", "What was said with it, or what changed.", "It meets every condition."),
    Column(name="tag", title="Kind of event", about="The code of the kind, in the chain.", example="stage.open"),
    Column(name="digest", title="Digest", about="Which ties it to the event before it.", example="9f2c…"),
)


def of_criteria(names: Iterable[tuple[str, str]]) -> tuple[Column, ...]:
    """The mean mark of each criterion, by key and name."""
    return tuple(
        Column(
            name=f"mark_{key}",
            title=f"Mark: {name}",
            about=f"The mark that counts for “{name}”: the mean, or what a panel agreed on.",
            example="3.67",
            type=Type.NUMBER,
            required=False,
        )
        for key, name in names
    )


def of_stages(names: Iterable[tuple[str, str]]) -> tuple[Column, ...]:
    """What each stage that counts came to, by key and title."""
    return tuple(
        Column(
            name=f"total_{key}",
            title=f"Total: {name}",
            about=f"What “{name}” came to, of 100, before it is weighed.",
            example="71.25",
            type=Type.NUMBER,
            required=False,
        )
        for key, name in names
    )
