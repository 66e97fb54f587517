"""The pages of one call that have something on them now, in the words of their tabs."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _

from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import awards as awards_queries
from procurement.rules.calls import BOUND
from procurement.web.filters import capitalised
from workflows.catalogue import states

Place = tuple[str, str, str]


def of_stage(endpoint: str, stage: Stage) -> str:
    """The address of a page about a stage."""
    return url_for(endpoint, ref=stage.call.ref, stage=stage.key)


def places(call: Call, stages: Sequence[Stage]) -> list[tuple[str, list[Place]]]:
    """The pages of this call that have something on them now, in the words of their tabs: (text, address, what for).

    Those of each stage that has begun stand under its title, where there are several; of a later one, what can be done
    before it begins.
    """
    whole = (
        _("The whole call"),
        url_for("manage_calls.review", ref=call.ref),
        _("Everything that it says, and who wrote it"),
    )
    tender = (
        _("Tender notice"),
        url_for("manage_tender_notices.show", ref=call.ref),
        _("Published on Find a Tender before the call is published here"),
    )
    first = [whole, *([tender] if call.route in BOUND else [])]
    if call.published_at is not None:
        asked = (
            _("Questions and answers"),
            url_for("manage_clarifications.index", ref=call.ref),
            _("What firms ask about the call, and what everybody is answered"),
        )
        told = (
            _("Messages"),
            url_for("manage_announcements.index", ref=call.ref),
            _("Write to one, some or all applicants"),
        )
        amended = (
            _("Amendment"),
            url_for("manage_amendments.show", ref=call.ref),
            _("Change what the call says: written, and approved by somebody else"),
        )
        documents = (
            _("Documents of the call"),
            url_for("manage_call_documents.index", ref=call.ref),
            _("What is published beside it; new ones, and new versions"),
        )
        return _arranged(call, stages, [*first, documents, asked, told, amended])
    return _arranged(call, stages, first)


def _arranged(call: Call, stages: Sequence[Stage], first: list[Place]) -> list[tuple[str, list[Place]]]:
    history = _("History"), url_for("manage_history.show", ref=call.ref), _("Who did what, and when")
    of_stages = [(stage.title, _places_of(call, stage)) for stage in stages if stage.started_at is not None]
    if call.published_at is not None:  # dates move, and a panel has its chair, before a stage begins
        later = [each for each in stages if each.started_at is None and each.ended_at is None]
        of_stages += [
            (
                each.title,
                [
                    _dates(each),
                    *([_assessors(each)] if each.assesses else []),
                    *([_panel(each)] if each.moderates else []),
                ],
            )
            for each in later
        ]
    if len(stages) > 1:
        return [(_("This call"), [*first, history]), *of_stages]
    return [(_("This call"), [*first, *(place for _title, own in of_stages for place in own), history])]


def _places_of(call: Call, stage: Stage) -> list[Place]:
    going = call.state not in states.call.cancelled
    ranked, decided = going and stage.state in states.stage.ranked, going and stage.state in states.stage.decided
    marking = stage.opened and stage.assesses
    found = [
        (
            "manage_opening.show",
            _("Opening"),
            _("Counts, and the two people who open the %(nouns)s", nouns=stage.nouns)
            if stage.sealed
            else _("How many were submitted"),
            stage.collects and (stage.opened or going),
        ),
        (
            "manage_bids.index",
            capitalised(stage.nouns),
            _("Each %(noun)s, and whether it is eligible", noun=stage.noun),
            stage.opened,
        ),
        (
            "manage_invitations.show",
            _("Assessors"),
            _("Who is invited to assess, and what they answered"),
            stage.assesses and going,
        ),
        ("manage_assessors.matrix", _("Who reads what"), _("Assessors and conflicts"), marking),
        ("manage_progress.show", _("Progress"), _("Which scorecards are in, and who is late"), marking),
        (
            "manage_requests.of_stage",
            _("Requests"),
            _("What applicants were asked, their answers, and reviews"),
            stage.opened,
        ),
        (
            "manage_slots.show",
            _("Times"),
            _("When and where teams present, and who came"),
            stage.presents and stage.started_at is not None,
        ),
        ("manage_moderation.show", _("Moderation"), _("What the assessors differ in"), ranked and stage.moderates),
        ("manage_ranking.show", _("Ranking"), _("Totals and the budget line"), ranked),
        (
            "manage_corrections.index",
            _("Corrections"),
            _("Marks that were corrected after the lock"),
            ranked and stage.told_at is None,
        ),
        (
            "manage_reasons.index",
            _("Reasons"),
            _("What each applicant reads of its marks"),
            ranked and stage.state not in states.stage.moderating,
        ),
        ("manage_decisions.index", _("Decisions"), _("Proposed, and approved by somebody else"), ranked),
        ("manage_outcomes.dry_run", _("Tell applicants"), _("Letters, and the instant at which all are told"), decided),
        (
            "manage_reserve.show",
            _("Reserve"),
            _("Who is next if somebody drops out"),
            decided and stage.told_at is not None,
        ),
        (
            "manage_notices.show",
            _("Award notice"),
            _("The contract award notice and its standstill"),
            decided and stage.awards and awards_queries.needs_notice(call),
        ),
        ("manage_outcomes.show", _("Awards"), _("Confirmed, accepted or refused"), decided and stage.awards),
        ("manage_documents.show", _("Documents"), _("Receipts, records and letters of this call"), stage.opened),
    ]
    shown = [(text, of_stage(page, stage), hint) for page, text, hint, there in found if there]
    shown += [_dates(stage)] if going and not stage.opened else []
    return [*shown, _panel(stage)] if stage.moderates else shown


def _dates(stage: Stage) -> Place:
    return _("Dates"), of_stage("manage_setup.dates", stage), _("Move them: proposed, and approved by somebody else")


def _assessors(stage: Stage) -> Place:
    return _("Assessors"), of_stage("manage_invitations.show", stage), _("Invite people, and see who can assess")


def _panel(stage: Stage) -> Place:
    return _("Panel"), of_stage("manage_panels.show", stage), _("Who settles what the assessors differ in, and when")
