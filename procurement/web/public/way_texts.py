"""How a stage reads on the pages "how we decide": what happens in each of its steps, who does it, who sees what, and
what counts. One way of saying it for a procedure of the catalogue and for the stages of a call."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask_babel import gettext as _
from flask_babel import ngettext

from procurement.rules.calls import BOUND, with_article
from procurement.rules.published import CallKind
from procurement.rules.requests import LEAST_WORKING_HOURS
from procurement.web.context import setting
from procurement.web.filters import capitalised
from procurement.web.parts.seats import how_many_awards
from procurement.web.public.tie_texts import ties_in_words
from workflows.definition import Route
from workflows.scoring.schemes import Scheme


class AnyStage(Protocol):
    """What a planned stage and the stage of a call both have."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def noun(self) -> str: ...
    @property
    def nouns(self) -> str: ...
    @property
    def steps(self) -> Sequence[str]: ...
    @property
    def sealed(self) -> bool: ...
    @property
    def required(self) -> bool: ...
    @property
    def names(self) -> str: ...
    @property
    def other_marks(self) -> str: ...
    @property
    def shows(self) -> Sequence[str]: ...
    @property
    def marks_of(self) -> str: ...


@dataclass(frozen=True)
class OfCall:
    """What of a stage is known only in a call. `seats`: how many go on, by the title of the lot (none: who passes), or
    are awarded something (none: as many as the budget lasts for)."""

    readers: int
    moderate_from: int | None
    scheme: Scheme | None
    binds: bool  # nobody can leave what the published rule gives
    seats: tuple[tuple[str, int | None], ...]
    passes_on: bool  # an award that is not taken up goes to who is held in reserve


@dataclass(frozen=True)
class Said:
    """A heading and its sentences."""

    heading: str
    sentences: tuple[str, ...]


def steps_of(stage: AnyStage, route: str, titles: Mapping[str, str], known: OfCall | None = None) -> list[Said]:
    """What happens in a stage, step by step, in their order."""
    said = {
        "collect": (_("Collecting"), _collecting(stage)),
        "check": (_("Checking"), _checking(stage)),
        "present": (_("Presenting"), _presenting(stage)),
        "assess": (_("Marking"), _marking(stage, titles, known)),
        "moderate": (_("Moderating"), _moderating(stage, titles, known)),
    }
    found = [Said(heading, tuple(words)) for step, (heading, words) in said.items() if step in stage.steps]
    binds = route in BOUND if known is None else known.binds
    found.append(Said(_("Deciding and telling"), tuple(_deciding(stage, binds=binds))))
    if "award" in stage.steps:
        found.append(Said(_("Awarding"), tuple(_awarding(route))))
    return found


def _collecting(stage: AnyStage) -> Iterator[str]:
    nouns, noun = capitalised(stage.nouns), stage.noun
    yield _("You write and submit %(a_noun)s until the closing instant, to the second.", a_noun=with_article(noun))
    if stage.sealed:
        yield _(
            "%(nouns)s stay closed until two people open them together, after the closing and a holding time. Before "
            "that staff see how many there are and nothing else.",
            nouns=nouns,
        )
    else:
        yield _("%(nouns)s can be read when the stage closes; there is nothing in them to be sealed.", nouns=nouns)
    if not stage.required:
        yield _("Who submits nothing goes on all the same.")


def _checking(stage: AnyStage) -> Iterator[str]:
    yield _("An officer looks whether each %(noun)s meets the published conditions of taking part.", noun=stage.noun)
    yield _(
        "One person proposes that %(a_noun)s is not eligible and another approves it. Its team is told at once, with "
        "the reason.",
        a_noun=with_article(stage.noun),
    )
    yield _(
        "Something that is missing or not clear may be asked for, with at least %(hours)s working hours to answer. It "
        "is no chance to offer more.",
        hours=LEAST_WORKING_HOURS,
    )
    yield _(
        "Who is not eligible can ask for a review within %(days)s working days, and so can who was told an outcome or "
        "disqualified. Somebody who neither proposed nor approved it answers.",
        days=setting("review_days"),
    )


def _presenting(stage: AnyStage) -> Iterator[str]:
    yield _("Each team chooses one of the offered times and presents to the assessors. It is noted who came.")
    yield _("A team that does not come is not marked, and cannot go on.")


def _marking(stage: AnyStage, titles: Mapping[str, str], known: OfCall | None) -> Iterator[str]:
    if known is None:
        yield _("Assessors mark each criterion on its published scale, each on their own, and explain each mark.")
    else:
        yield ngettext(
            "%(num)s assessor marks each criterion on its published scale and explains each mark.",
            "%(num)s assessors mark each criterion on its published scale, each on their own, and explain each mark.",
            known.readers,
        )
    yield (
        _("Assessors do not see whose %(noun)s it is.", noun=stage.noun)
        if stage.names == "hidden"
        else _("Assessors see whose %(noun)s it is. Whoever has an interest in it does not read it.", noun=stage.noun)
    )
    yield {
        "never": _("No assessor sees the marks of another."),
        "after_own": _("An assessor sees the marks of others only after handing in their own."),
        "always": _("Assessors see each other’s marks."),
    }[stage.other_marks]
    if stage.shows:
        yield _("They also read what was handed in before: %(stages)s.", stages=_named(stage.shows, titles))
    yield _("A mark that was handed in and locked never changes.")


def _moderating(stage: AnyStage, titles: Mapping[str, str], known: OfCall | None) -> Iterator[str]:
    if stage.marks_of:
        yield _("A panel looks again at the marks of this stage: %(stage)s.", stage=titles[stage.marks_of])
    if "assess" not in stage.steps and stage.shows:
        yield _("It reads what was handed in before: %(stages)s.", stages=_named(stage.shows, titles))
    if known is not None and known.moderate_from is None:
        yield _("A panel with a chair settles every mark.")
    elif known is not None:
        yield ngettext(
            "A panel with a chair settles every mark on which assessors differ by %(num)s mark or more.",
            "A panel with a chair settles every mark on which assessors differ by %(num)s marks or more.",
            known.moderate_from or 0,
        )
    else:
        yield _("A panel with a chair settles the marks on which assessors differ.")
    yield _(
        "It agrees on a mark, with a reason that the applicant reads, or leaves the marks as they are. An agreed mark "
        "counts in the place of the mean; the assessors’ own marks stay on record."
    )


def _deciding(stage: AnyStage, *, binds: bool) -> Iterator[str]:
    yield _("One person proposes, in the order of the ranking, and another approves for the whole stage.")
    if binds:
        yield _("The decisions are what the published rule gives: the order of the ranking, thresholds and seats.")
    else:
        yield _("Whoever leaves the order of the ranking must give a reason, which stays on record.")
    yield _("All applicants of the stage are told at one instant, each with the marks and the reasons.")
    if "award" not in stage.steps:
        yield _("Whoever goes on enters the next stage from that instant.")


def _awarding(route: str) -> Iterator[str]:
    if route == Route.GRANT:
        yield _("A grant stands from the instant at which it is told, and is accepted or refused by its applicant.")
    elif route == Route.COVERED:
        yield _(
            "A contract award notice is published, and a standstill of at least 8 working days follows, in which a "
            "firm can challenge the decision before it is final."
        )
    else:
        yield _("An award stands from the instant at which it is told, and is accepted or refused by its applicant.")
    yield _("Awards are published in the register and as open data.")


def _named(keys: Iterable[str], titles: Mapping[str, str]) -> str:
    return ", ".join(titles[key] for key in keys)


def counts_of(
    stage: AnyStage, route: str, ranks_by: Mapping[str, int], titles: Mapping[str, str], known: OfCall | None = None
) -> list[str]:
    """What the ranking of a stage is made of, who passes, who goes on, and what happens where two are equal or somebody
    drops out."""
    return [
        *_ranked_by(stage, ranks_by, titles),
        *_passing(known),
        *_going(stage, route, known),
        *_ties(stage, known),
        _moving_up(stage, route, known),
    ]


def _ranked_by(stage: AnyStage, ranks_by: Mapping[str, int], titles: Mapping[str, str]) -> Iterator[str]:
    shares = [(title, ranks_by[key]) for key, title in titles.items() if key in ranks_by]
    if shares:
        said = ", ".join(f"{title} {percent}%" for title, percent in shares)
        yield _("The ranking is made of what these stages came to, each by its own marks: %(shares)s.", shares=said)
    elif stage.marks_of:
        yield _("The ranking is by the marks of “%(stage)s”, as the panel left them.", stage=titles[stage.marks_of])
    else:
        yield _("The ranking is by the marks of this stage alone; nothing of an earlier stage counts in it.")


def _passing(known: OfCall | None) -> Iterator[str]:
    scheme = None if known is None else known.scheme
    if scheme is None:
        return
    if scheme.minimum_total:
        yield _("The marks of this stage must come to at least %(least)s of 100.", least=f"{scheme.minimum_total:g}")
    for criterion in scheme.criteria:
        if criterion.minimum:
            yield _(
                "“%(criterion)s” needs at least %(least)s of %(top)s.",
                criterion=criterion.name,
                least=criterion.minimum,
                top=criterion.top,
            )


def _going(stage: AnyStage, route: str, known: OfCall | None) -> Iterator[str]:
    if "award" in stage.steps:
        kind = CallKind.FUND if route == Route.GRANT else CallKind.CHALLENGE
        yield from how_many_awards(kind, [("", None)] if known is None else known.seats)
        return
    if known is None:
        yield _("How many go on is published with each call.")
        return
    several = len(known.seats) > 1
    for title, seats in known.seats:
        said = (
            _("Whoever passes goes on.")
            if seats is None
            else ngettext(
                "%(num)s goes on, and whoever shares the last place.",
                "%(num)s go on, and whoever shares the last place.",
                seats,
            )
        )
        yield f"{title}: {said}" if several else said


def _ties(stage: AnyStage, known: OfCall | None) -> Iterator[str]:
    scheme = None if known is None else known.scheme
    told_apart = [] if scheme is None else list(ties_in_words(scheme, awards="award" in stage.steps))
    yield from told_apart or [_("Equal totals share a place.")]


def _moving_up(stage: AnyStage, route: str, known: OfCall | None) -> str:
    if "award" not in stage.steps:
        return _("Who is held in reserve moves up where somebody who is ranked higher drops out.")
    if known is not None and not known.passes_on:
        return _("An award that is not taken up goes to nobody else: nobody moves up from the reserve.")
    if route == Route.COVERED:
        return _(
            "Who is held in reserve moves up where an award is not taken up, with assessment summaries, a notice and a "
            "standstill of its own."
        )
    return _("Who is held in reserve moves up where an award is not taken up.")
