"""Telling a team that something of theirs waits to be sent: when they begin, and again before the closing."""

from procurement.models.applications import Application, Entry
from procurement.models.stages import Stage
from procurement.queries import applications as applications_queries
from procurement.queries import people as people_queries
from procurement.services import about, messages
from procurement.services.act import Act
from procurement.services.applications.locks import lock_call_shared
from procurement.services.messages import Letter
from workflows.facts import in_words


def tell_begun(act: Act, application: Application, entry: Entry, stage: Stage) -> None:
    """To the whole team, once: that there is a draft now, where it is, and until when it can be sent."""
    if stage.closes_at is None:
        return
    fields = {
        "reference": application.ref,
        "call": stage.call.title,
        "noun": stage.noun,
        "by": act.by.name,
        "closes": in_words(stage.closes_at),
        "link": f"/applications/{application.ref}",
    }
    team = people_queries.reachable(act.session, application.organisation_id)
    messages.tell(
        act, "draft_begun", team, fields, occasion=f"draft_begun:{entry.id}:", about=about.entry(entry), sealed=True
    )


def remind_of_closing(act: Act, stage_id: int) -> int:
    """The one reminder before a closing, to every team whose draft is not submitted; the sweep's. How many teams.

    Teams write and submit meanwhile: the call is held as they hold it. A closing that is moved is reminded of again.
    """
    stage = act.session.get_one(Stage, stage_id)
    call = lock_call_shared(act.session, stage.call_id)
    stage = act.session.get_one(Stage, stage_id, with_for_update=True, populate_existing=True)
    if stage_id not in applications_queries.due_to_remind(act.session, act.now) or stage.closes_at is None:
        return 0
    drafts = applications_queries.drafts_of(act.session, stage_id)
    teams = people_queries.reachable_of(act.session, {entry.application.organisation_id for entry in drafts})
    occasion = f"closing_soon:{stage.id}:{stage.closes_at:%Y%m%dT%H%M}"
    letters = [
        Letter(
            person,
            f"{occasion}:{entry.id}:{person.id}",
            {
                "reference": entry.application.ref,
                "call": call.title,
                "noun": stage.noun,
                "closes": in_words(stage.closes_at),
                "standing": _standing(entry, stage),
                "link": f"/applications/{entry.application.ref}",
            },
            about.entry(entry),
            sealed=True,
        )
        for entry in drafts
        for person in teams[entry.application.organisation_id]
    ]
    messages.stage_all(act, "closing_soon", letters)
    stage.reminded_of = stage.closes_at
    return len(drafts)


def _standing(entry: Entry, stage: Stage) -> str:
    if not stage.required:
        return "If nothing is submitted, you take part all the same, with what you sent before."
    if entry.standing_id is not None:
        return "What you submitted before stands. What you changed since counts only once it is submitted."
    return "A draft that is not submitted takes no part."
