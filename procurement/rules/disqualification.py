"""On what grounds an application is disqualified after its opening, in the words that the applicant reads."""

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
    "false_information": Sentence("What was stated in the application is not true."),
    "rule_of_the_call": Sentence("It broke a rule that was published with this call."),
    "unfair_advantage": Sentence("It gained, or tried to gain, an unfair advantage over the other applicants."),
}
# Exclusion is of suppliers in a covered procurement; any other call has its own rules alone.
OF_COVERED = (
    "mandatory_exclusion",
    "discretionary_exclusion",
    "debarred",
    "improper_behaviour",
    "conflict_of_interest",
)
LONGEST_REASON = 4_000  # characters; it is printed in a letter


def grounds_of(route: str) -> tuple[str, ...]:
    """The grounds that a call of this route knows, in their order."""
    return tuple(key for key in GROUNDS if route == Route.COVERED or key not in OF_COVERED)
