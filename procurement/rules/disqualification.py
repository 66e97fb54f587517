"""On what grounds an application is disqualified, or a tender disregarded, after its opening: the words that the
applicant reads."""

from collections.abc import Collection
from dataclasses import dataclass

from procurement.rules.checks import DISCRETIONARY_GROUNDS, MANDATORY_DEBARMENT, MANDATORY_GROUNDS
from procurement.rules.statuses import Ending
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
    "debarred_mandatory": Sentence(
        "The supplier is on the debarment list by a mandatory exclusion ground. It is an excluded supplier, and must "
        "be left out (Procurement Act 2023 sections 26(1), 27, 57(1) and 62)."
    ),
    "debarred_discretionary": Sentence(
        "The supplier is on the debarment list by a discretionary exclusion ground. It is an excludable supplier: it "
        "may be left out, and we decided so (Procurement Act 2023 sections 26(2), 27, 57(2) and 62)."
    ),
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
        "It breaches a procedural requirement that is set out in the tender notice or an associated tender document "
        "(Procurement Act 2023 section 19(3)(d))."
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
    "debarred_mandatory",
    "debarred_discretionary",
    "improper_behaviour",
    "conflict_of_interest",
)
# What one person or another wrote before the two kinds of debarment were told apart: read, and never chosen any more.
EARLIER = ("debarred",)
# Exclusion on a ground that the authority itself finds: under which heading of the schedule, and after a hearing.
FOUND_HERE = ("mandatory_exclusion", "discretionary_exclusion")
# By an entry of the debarment list, which says the ground that it relates to, and whether that is mandatory or
# discretionary (s. 62(4)): a minister found it, and heard the supplier (s. 62(5), ss. 63 to 65).
DEBARS = ("debarred_mandatory", "debarred_discretionary")
SCHEDULE_OF = {
    "mandatory_exclusion": MANDATORY_GROUNDS,
    "discretionary_exclusion": DISCRETIONARY_GROUNDS,
    "debarred_mandatory": MANDATORY_DEBARMENT,
    "debarred_discretionary": DISCRETIONARY_GROUNDS,
}
ON_THE_LIST = Sentence(
    "A minister keeps the list, and not we. Whoever is on it can ask to be taken off, and appeal to the court "
    "(Procurement Act 2023 sections 63 to 65)."
)
# What lists, counts and exports say of whoever is out, by the ground.
ENDINGS: dict[str, Ending] = {
    **dict.fromkeys(GROUNDS, Ending.DISQUALIFIED),
    **dict.fromkeys((*FOUND_HERE, *EARLIER, *DEBARS, "improper_behaviour", "conflict_of_interest"), Ending.EXCLUDED),
    **dict.fromkeys(("condition_of_participation", "procedural_requirement"), Ending.DISREGARDED),
    ABNORMALLY_LOW: Ending.ABNORMALLY_LOW,
}
DISREGARDED = Sentence("Your tender was disregarded")
EXCLUDED = Sentence("Your organisation was excluded from this call")
DISQUALIFIED = Sentence("Your application was disqualified")
LONGEST_REASON = 4_000  # characters; it is printed in a letter


@dataclass(frozen=True)
class Exclusion:
    """What an exclusion on a ground of Schedule 6 or 7 needs: the key of its heading, and when and how the supplier
    could make representations (s. 58); by an entry of the debarment list the first alone. A price that is found
    abnormally low needs the latter alone (s. 19(4))."""

    paragraph: str = ""
    heard: str = ""


NO_EXCLUSION = Exclusion()


def excludes(ground: str) -> bool:
    """Whether the supplier is excluded on a ground of Schedule 6 or 7, which has a heading there."""
    return ground in SCHEDULE_OF


def debars(ground: str) -> bool:
    """Whether it is left out since it is on the debarment list by a ground that is named."""
    return ground in DEBARS


def disregards(ground: str) -> bool:
    """Whether a tender is disregarded on it, and its supplier not excluded from anything."""
    return ground in DISREGARDS


def heading(ground: str) -> Sentence:
    """What was decided, to its team."""
    if disregards(ground):
        return DISREGARDED
    return EXCLUDED if ENDINGS[ground] is Ending.EXCLUDED else DISQUALIFIED


def hears(ground: str) -> bool:
    """Whether the supplier must have been heard before."""
    return ground in FOUND_HERE or ground == ABNORMALLY_LOW


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
    """Why nobody can be excluded on a ground like that; `found` are the keys of what was looked up and found, for an
    entry of the debarment list on that list. Nothing where the ground is not one of the schedules."""
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
    if hears(ground) and not exclusion.heard.strip():
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
    if debars(ground):
        found.append(ON_THE_LIST)
    return tuple(found)


def grounds_of(route: str) -> tuple[str, ...]:
    """The grounds that a call of this route knows, in their order."""
    known = (key for key in GROUNDS if key not in EARLIER)
    return tuple(key for key in known if route == Route.COVERED or key not in OF_COVERED)
