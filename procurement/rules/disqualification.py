"""On what grounds an application is disqualified, or a tender disregarded, after its opening: the words that the
applicant reads."""

from collections.abc import Collection
from dataclasses import dataclass

from procurement.rules.checks import DISCRETIONARY_GROUNDS, MANDATORY_GROUNDS
from workflows.definition import Route
from workflows.facts import Sentence

# By key, which the table keeps: what the law names for a covered procurement, then what every call says.
GROUNDS: dict[str, Sentence] = {
    "mandatory_exclusion": Sentence(
        "A mandatory exclusion ground applies (Procurement Act 2023 section 57(1) and Schedule 6)."
    ),
    "discretionary_exclusion": Sentence(
        "A discretionary exclusion ground applies (Procurement Act 2023 section 57(2) and Schedule 7)."
    ),
    "debarred": Sentence("The supplier is on the debarment list (Procurement Act 2023 sections 57 and 62)."),
    "improper_behaviour": Sentence(
        "It has an unfair advantage from improper behaviour in this procurement (Procurement Act 2023 section 30)."
    ),
    "conflict_of_interest": Sentence(
        "A conflict of interest gives it an unfair advantage that cannot be avoided (Procurement Act 2023 section 82)."
    ),
    "condition_of_participation": Sentence(
        "The supplier does not satisfy a condition of participation (Procurement Act 2023 section 19(3)(a))."
    ),
    "abnormally_low": Sentence(
        "Its price is abnormally low for the performance of the contract (Procurement Act 2023 section 19(3)(c))."
    ),
    "procedural_requirement": Sentence(
        "It breaches a procedural requirement of the tender notice or the tender documents (Procurement Act 2023 "
        "section 19(3)(d))."
    ),
    "false_information": Sentence("What was stated in the application is not true."),
    "rule_of_the_call": Sentence("It broke a rule that was published with this call."),
    "unfair_advantage": Sentence("It gained, or tried to gain, an unfair advantage over the other applicants."),
}
# A tender is disregarded while tenders are assessed (Procurement Act 2023 s. 19(3)): its supplier is not excluded.
ABNORMALLY_LOW = "abnormally_low"
DISREGARDS = ("condition_of_participation", ABNORMALLY_LOW, "procedural_requirement")
# Both are of suppliers in a covered procurement; any other call has its own rules alone.
OF_COVERED = (
    *DISREGARDS,
    "mandatory_exclusion",
    "discretionary_exclusion",
    "debarred",
    "improper_behaviour",
    "conflict_of_interest",
)
# Exclusion on a ground that the authority itself finds: under which heading of the schedule, and after a hearing.
SCHEDULE_OF = {"mandatory_exclusion": MANDATORY_GROUNDS, "discretionary_exclusion": DISCRETIONARY_GROUNDS}
DISREGARDED = Sentence("Your tender was disregarded")
DISQUALIFIED = Sentence("Your application was disqualified")
LONGEST_REASON = 4_000  # characters; it is printed in a letter


@dataclass(frozen=True)
class Exclusion:
    """What an exclusion on a ground of Schedule 6 or 7 needs: the key of its heading, and when and how the supplier
    could make representations (s. 58). A price that is found abnormally low needs the latter alone (s. 19(4))."""

    paragraph: str = ""
    heard: str = ""


NO_EXCLUSION = Exclusion()


def excludes(ground: str) -> bool:
    """Whether the supplier is excluded on a ground that the authority itself finds."""
    return ground in SCHEDULE_OF


def disregards(ground: str) -> bool:
    """Whether a tender is disregarded on it, and its supplier not excluded from anything."""
    return ground in DISREGARDS


def heading(ground: str) -> Sentence:
    """What was decided, to its team."""
    return DISREGARDED if disregards(ground) else DISQUALIFIED


def hears(ground: str) -> bool:
    """Whether the supplier must have been heard before."""
    return excludes(ground) or ground == ABNORMALLY_LOW


def price_faults(heard: str, *, explained: bool) -> list[Sentence]:
    """Why a tender cannot be disregarded for its price. `explained`: the supplier was asked to explain something about
    it, and answered or let that pass."""
    faults = []
    if not explained:
        faults.append(
            Sentence(
                "Ask the supplier to explain its price first, under “Requests to the applicant”, and wait for the "
                "answer or for the closing: it must be able to demonstrate that it can perform the contract for its "
                "price (Procurement Act 2023 section 19(4))."
            )
        )
    if not heard.strip():
        faults.append(
            Sentence(
                "Say when the supplier was told that its price looks abnormally low, what it answered, and why that "
                "does not show that it can perform the contract for it (Procurement Act 2023 section 19(4) and (5))."
            )
        )
    return faults


def exclusion_faults(ground: str, exclusion: Exclusion, found: Collection[str]) -> list[Sentence]:
    """Why nobody can be excluded on a ground like that; `found` are the keys of what was looked up and found. Nothing
    where the ground is not one of the schedules."""
    if not excludes(ground):
        return []
    faults = []
    if exclusion.paragraph not in SCHEDULE_OF[ground]:
        faults.append(Sentence("Say which ground of the schedule it is."))
    elif exclusion.paragraph not in found:
        faults.append(
            Sentence(
                "Nothing on file says that this ground was found. Record on the page of the check where it was looked "
                "up, and what was found."
            )
        )
    if not exclusion.heard.strip():
        faults.append(
            Sentence(
                "Say when and how the supplier could make representations: it may not be excluded before "
                "(Procurement Act 2023 section 58)."
            )
        )
    return faults


def said(ground: str, paragraph: str, heard: str) -> tuple[Sentence, ...]:
    """A ground with its heading and its hearing, as sentences."""
    found = [GROUNDS[ground]]
    if paragraph:
        found.append(Sentence("The ground is: %(ground)s.", ground=str(SCHEDULE_OF[ground][paragraph])))
    if heard and disregards(ground):
        found.append(Sentence("How the supplier could demonstrate that it can perform for it: %(heard)s", heard=heard))
    elif heard:
        found.append(Sentence("The supplier could make representations: %(heard)s", heard=heard))
    return tuple(found)


def grounds_of(route: str) -> tuple[str, ...]:
    """The grounds that a call of this route knows, in their order."""
    return tuple(key for key in GROUNDS if route == Route.COVERED or key not in OF_COVERED)
