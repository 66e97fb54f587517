"""What follows the decisions: letters and assessment summaries, asked for at once and frozen as they were decided."""

from dataclasses import replace

from procurement.models.applications import Application, Entry
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import awards as awards_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import documents as documents_queries
from procurement.queries import installation as installation_queries
from procurement.queries import people as people_queries
from procurement.queries import stages as stages_queries
from procurement.rules.documents import DOCUMENT_KINDS, Content
from procurement.rules.statuses import Outcome
from procurement.services import about, documents, messages
from procurement.services.act import Act
from procurement.services.effects.effect import Effect
from procurement.services.effects.letters import Author
from workflows.catalogue import states
from workflows.facts import Facts, day_in_words

ENDED = (*states.award.refused, *states.award.lapsed, *states.award.dropped)
LETTERS: dict[str, str] = {
    Outcome.FUND: "award_letter",
    Outcome.ADVANCE: "advance_letter",
    Outcome.RESERVE: "reserve_letter",
    Outcome.DECLINE: "declined_letter",
}


def request_letters(act: Act, thing: Stage, call: Call, facts: Facts) -> None:
    """One letter to each assessed applicant, of the kind that the decision asks for."""
    table, author = _author(act, call, thing)
    again = documents_queries.decided_before(act.session, thing.id)
    wanted = []
    for entry in table.entries:
        if entry.decision is None:
            continue
        kind = "absence_letter" if entry.missed else LETTERS[entry.decision.outcome]
        wanted.append(_wanted(entry, kind, f"letter:{entry.entry.id}{_again(entry, again)}", author.letter(entry)))
    documents.request_all(act, wanted)


def request_summaries(act: Act, thing: Stage, call: Call, facts: Facts) -> None:
    """A summary for everybody whose tender was assessed (Procurement Act 2023 s. 50(3)); none for grants, nor in a
    stage that does not award."""
    if not (thing.awards and awards_queries.needs_notice(call)):
        return
    kind = "assessment_summary"
    table, author = _author(act, call, thing)
    again = documents_queries.decided_before(act.session, thing.id)
    documents.request_all(
        act,
        [
            _wanted(entry, kind, f"{kind}:{entry.entry.id}{_again(entry, again)}", author.summary(entry))
            for entry in table.entries
            if not entry.missed  # its tender was not assessed
        ],
    )


def _again(entry: decisions_queries.Ranked, again: bool) -> str:
    """What tells a letter from the one that was asked for when it was decided before, and that nobody was given."""
    return f":{entry.decision.id}" if again and entry.decision is not None else ""


def _wanted(entry: decisions_queries.Ranked, kind: str, key: str, content: Content) -> documents.Wanted:
    title = f"{DOCUMENT_KINDS[kind].title} for {entry.ref}"
    return documents.Wanted(kind, key, content, entry.ref, about.entry(entry.entry), title)


def request_promotion_letter(act: Act, thing: Entry, call: Call, facts: Facts) -> None:
    """The letter of somebody who goes on after all, by the decision that stands now; the earlier one stays."""
    table, author = _author(act, call, thing.stage)
    entry = next(each for each in table.entries if each.entry.id == thing.id)
    decision = entry.decision
    assert decision is not None  # noqa: S101  (it was written before the move)
    kind = LETTERS[decision.outcome]
    documents.request(
        act,
        kind,
        f"letter:{thing.id}:{decision.id}",
        author.letter(entry),
        title=f"{DOCUMENT_KINDS[kind].title} for {entry.ref}",
        reference=entry.ref,
        about=about.entry(thing),
    )


def renew_summaries(act: Act, call: Call, award: Award) -> None:
    """Another tender is to be awarded than was told: everybody whose tender of the lot was assessed is given a summary
    with that one, at one instant, before the notice about it (Procurement Act 2023 s. 50(3), Procurement Regulations
    2024 reg. 31(4)): nobody can have theirs before all are made (`queries.documents`)."""
    kind, stage = "assessment_summary", award.entry.stage
    table, author = _author(act, call, stage)
    concerned = [each for each in table.entries if each.lot.id == award.lot_id and not each.missed]
    over = {each.entry_id for each in awards_queries.of_stage(act.session, stage.id) if each.state in ENDED}
    author = replace(author, over=frozenset(over))
    wanted = []
    for entry in concerned:
        title = f"{DOCUMENT_KINDS[kind].title} for {entry.ref}, of {day_in_words(act.today)}"
        key = documents_queries.renewed_key(entry.entry.id, award.id)
        wanted.append(documents.Wanted(kind, key, author.summary(entry), entry.ref, about.entry(entry.entry), title))
        if entry.entry.id != award.entry_id:
            _tell_changed(act, entry.entry, call, f"award:{award.id}")
    documents.request_all(act, wanted)


def tell_team_promoted(act: Act, thing: Entry, call: Call, facts: Facts) -> None:
    """Of an award it is told with that, with its amount and until when it can be answered."""
    if not thing.stage.awards:
        _tell_changed(act, thing, call, "promoted")


def tell_team_released(act: Act, thing: Entry, call: Call, facts: Facts) -> None:
    _tell_changed(act, thing, call, "released")


def _tell_changed(act: Act, entry: Entry, call: Call, occasion: str) -> None:
    """That there is news on the page of the outcome; which, no message says."""
    application = act.session.get_one(Application, entry.application_id)
    messages.tell(
        act,
        "outcome_changed",
        people_queries.reachable(act.session, application.organisation_id),
        {
            "reference": application.ref,
            "call": call.title,
            "link": f"/applications/{application.ref}/stages/{entry.stage.key}/outcome",
        },
        occasion=f"outcome_changed:{entry.id}:{occasion}:",
        about=about.entry(entry),
    )


def _author(act: Act, call: Call, stage: Stage) -> tuple[decisions_queries.Table, Author]:
    table = decisions_queries.table_of(act.session, call, stage)
    stages = tuple(stages_queries.of_call(act.session, call.id))
    return table, Author(
        call=call,
        stage=stage,
        stages=stages,
        table=table,
        settings=installation_queries.settings(act.session, act.today),
        base_url=act.ports.base_url,
        leads=people_queries.leads_of(act.session, {each.organisation.id for each in table.entries}),
        approver=act.by.name,
        now=act.now,
        standstill=stage.awards and awards_queries.has_standstill(call),
        earlier={
            each.key: decisions_queries.table_of(act.session, call, each)
            for each in stages
            if each.key in stage.ranks_by and each.key != stage.key
        },
        assists=awards_queries.assists(act.session, call),
    )


EFFECTS: dict[str, Effect] = {
    "request_letters": request_letters,
    "request_promotion_letter": request_promotion_letter,
    "request_summaries": request_summaries,
    "tell_team_promoted": tell_team_promoted,
    "tell_team_released": tell_team_released,
}
