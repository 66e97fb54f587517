"""What an applicant declares, what follows a submission, and the word by which an application is known."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from procurement.rules.statuses import Place
from workflows.catalogue import states
from workflows.facts import UK, Sentence, day_in_words

TOTALS = "totals"  # of a snapshot: what each of its tables came to by the form that it was sent for, by the question
MOST_FILES = 30  # of one application altogether, so no question of it takes more


class Shown(NamedTuple):
    """Whose word stands for something and which: the subject, the key of its state or phase, and for whom."""

    of: str
    key: str
    public: bool
    told: bool


# One statement to tick each. What was declared is kept with the submission, word for word.
DECLARATIONS: dict[str, Sentence] = {
    "true": Sentence("What this %(noun)s says is true and complete, as far as we know.", noun="application"),
    "entitled": Sentence("I am entitled to apply on behalf of %(organisation)s.", organisation="the organisation"),
    "interests": Sentence(
        "We have told the authority of every interest that could conflict with a fair decision, or we have none."
    ),
    "publication": Sentence(
        "If we are successful, our name, the title, the summary and the amount are published in the public register."
    ),
}


def declaration(key: str, organisation: str, noun: str = "application") -> Sentence:
    """One statement, naming the organisation that makes it and what it hands in."""
    known, said = DECLARATIONS[key], {"organisation": organisation, "noun": noun}
    return Sentence(known.text, **{name: said[name] for name in known.values})


def declared_text(organisation: str, noun: str = "application") -> str:
    """All statements as one text, as a submission and its receipt keep it."""
    return "\n".join(str(declaration(key, organisation, noun)) for key in DECLARATIONS)


def all_declared(ticked: Iterable[str]) -> bool:
    """Whether every statement was ticked."""
    return set(DECLARATIONS) <= set(ticked)


def place_of(
    state: str,
    *,
    call_state: str,
    stage_state: str,
    closed: bool,
    told: bool,
    required: bool = True,
    ended: bool = False,
) -> Place:
    """Where an application is in a stage as its team may know it now; `state` is that of its entry.

    What the clock decides is computed: a draft after closing is not submitted even if nobody has written that down
    (where nothing is `required` it goes on all the same), and a reopened application is what it was before, since its
    last submission stands. The outcome is unknown until all applicants were told at one instant; only that an
    application is ineligible is told by itself. `ended`: its window was, before it began.
    """
    if state in states.entry.disqualified:
        return Place.DISQUALIFIED
    if state in states.entry.abandoned:
        return Place.ABANDONED
    if (ended or call_state in states.call.cancelled) and not told:
        return Place.WITHDRAWN if state in states.entry.withdrawn else Place.CANCELLED
    if state in states.entry.drafts and closed and not required:
        return Place.IN_ASSESSMENT
    if state in states.entry.unsent:
        return Place.NOT_SUBMITTED if closed or state in states.entry.lapsed else Place.DRAFT
    if state in states.entry.withdrawn:
        return Place.WITHDRAWN
    if state in states.entry.standing:
        return Place.SUBMITTED if closed or state in states.entry.submitted else Place.REOPENED
    if told:
        return Place.TOLD
    return Place.DECIDING if stage_state in states.stage.ranked else Place.IN_ASSESSMENT


def shown_to_team(state: str, place: Place, award: str = "", *, stage_state: str, ending: str = "") -> Shown:
    """The word for where it is: its own state's, except for what the clock or the call has made of that.

    Between the closing and the telling it is the word of its stage, the same for all who take part in it: it says what
    is being done and nothing of any one of them. `award` is the state of the award that was made on it: once the team
    is told, that is what it wants to know. `ending`: by what it or its award ended, where that has a word of its own
    (`statuses.Ending`); it is said once the team knows.
    """
    if place is Place.CANCELLED:
        return Shown("call", states.call.cancelled.only, public=True, told=False)
    if ending and place in (Place.TOLD, Place.DISQUALIFIED):
        return Shown("ending", ending, public=True, told=True)
    if award and place is Place.TOLD:
        return Shown("award", award, public=True, told=True)
    if place in (Place.IN_ASSESSMENT, Place.DECIDING):
        return Shown("stage", _in_hand(stage_state), public=True, told=False)
    by_the_clock = {Place.NOT_SUBMITTED: states.entry.lapsed, Place.SUBMITTED: states.entry.submitted}
    key = by_the_clock[place].only if place in by_the_clock else state
    return Shown("entry", key, public=True, told=place is Place.TOLD)


def _in_hand(stage_state: str) -> str:
    """What is being done in a stage, for somebody of it who was not told yet: some are told after the others."""
    if stage_state in states.stage.in_hand:
        return stage_state
    return states.stage.deciding.only if stage_state in states.stage.told else states.STAGE_CLOSED


def received_uk(at: datetime) -> str:
    """To the second, as a receipt says it: "Friday 12 March 2027, 11:59:58 (UK time)"."""
    local = at.astimezone(UK)
    return f"{day_in_words(local)}, {local:%H:%M:%S} (UK time)"


def next_steps(
    closes_at: datetime,
    hold_minutes: int,
    decision_on: date | None,
    *,
    noun: str = "application",
    sealed: bool = True,
) -> tuple[tuple[Sentence, Sentence], ...]:
    """What happens after a submission: when, and what. What was not `sealed` is not held, and nobody has to open it."""
    opening = closes_at + timedelta(minutes=hold_minutes if sealed else 0)
    steps = [
        (
            Sentence("Until %(closes_at)s", closes_at=closes_at),
            Sentence(
                "You can change or withdraw the %(noun)s. The last submission stands until another one replaces it.",
                noun=noun,
            ),
        ),
        (
            Sentence("From %(opening)s", opening=opening),
            Sentence("Two people open every %(noun)s together. Nobody on our side can read one before.", noun=noun)
            if sealed
            else Sentence(
                "The %(noun)s is read from then on: there is no holding time, and no two people open it.", noun=noun
            ),
        ),
    ]
    if decision_on is not None:
        steps.append(
            (
                Sentence("By %(day)s", day=decision_on),
                Sentence(
                    "All whose %(noun)s is assessed are told the outcome at the same moment. "
                    "Who is not eligible is told before.",
                    noun=noun,
                ),
            )
        )
    return tuple(steps)
