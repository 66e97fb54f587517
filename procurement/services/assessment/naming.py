"""Why an application is left out, by name: the conditions that it does not meet, or the grounds that were found."""

from dataclasses import dataclass
from typing import Any

from procurement.rules import checks
from procurement.rules.conditions import Result
from procurement.rules.questions import requirement
from procurement.services.assessment.checks import Checked
from procurement.services.refusal import Refusal
from workflows.facts import Sentence


@dataclass(frozen=True)
class Because:
    """The keys of conditions and the ids of facts that a proposal names."""

    conditions: tuple[str, ...] = ()
    checks: tuple[int, ...] = ()


BY_THE_RULE = Because()


def named_by(checked: Checked, because: Because, heard: str) -> dict[str, Any]:
    """What a proposal keeps of why, in the words of that day: {"conditions": [{"key", "needed", "answer"}], "grounds":
    [{"check", "title", "ground", "about"}]}; nothing where it names nothing.

    Refusal where a condition is met or was not looked at, where a fact is no ground, and where the applicant was not
    heard before it is excluded on a ground that the authority found itself.
    """
    unmet = {each.question.key: each for each in checked.verdicts if each.result is Result.NOT_MET}
    if any(key not in unmet for key in because.conditions):
        raise Refusal(Sentence("You chose a condition that is met, or that nobody has looked at. Look at it again."))
    grounds = {each.id: each for each in checked.facts if each in checks.grounds_found(checked.facts)}
    if any(each not in grounds for each in because.checks):
        raise Refusal(Sentence("You chose a ground that does not stand any more. Look at it again."))
    if not heard.strip() and any(checks.must_be_heard(grounds[each]) for each in because.checks):
        raise Refusal(
            Sentence("Write down when and how the applicant could explain itself before it is excluded on a ground.")
        )
    if because == BY_THE_RULE:
        return {}
    return {
        "conditions": [
            {
                "key": key,
                "needed": str(requirement(unmet[key].question)),
                "answer": " ".join(map(str, unmet[key].answer)),
            }
            for key in because.conditions
        ],
        "grounds": [
            {
                "check": each,
                "title": str(checks.titled(grounds[each])),
                "ground": str(checks.GROUNDS[grounds[each].ground]),
                "about": grounds[each].about,
            }
            for each in because.checks
        ],
    }
