"""Notices as they are drafted: each once, and refused while something is missing that the law asks for."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.abandonments import Abandonment
from procurement.models.awards import Award, Notice
from procurement.models.calls import Call
from procurement.models.contracts import Contract
from procurement.queries import awards as awards_queries
from procurement.queries import calls as calls_queries
from procurement.queries import contracts as contracts_queries
from procurement.queries import notices as notices_queries
from procurement.queries import stages as stages_queries
from procurement.rules.call_checks import call_problems
from procurement.rules.dates import uk_day
from procurement.rules.notice_contents import to_plain
from procurement.rules.permissions import Permission
from procurement.rules.signing import needs_details
from procurement.rules.statuses import NoticeStatus
from procurement.rules.tender_notices import is_needed
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.notices.saying import Drafted, details, tender
from procurement.services.refusal import Refusal, require_role
from workflows.catalogue import states
from workflows.definition import AWARD_NOTICE, DETAILS_NOTICE, TENDER_NOTICE, TERMINATION_NOTICE
from workflows.facts import Sentence

NO_SUCH = Sentence("There is no such notice.")


def draft(act: Act, call_id: int) -> Notice:
    """Draft the contract award notice of the awards of a challenge that were told and that none names yet, once;
    drafting again gives the same. Refused while something is missing."""
    call = lock_call(act.session, call_id)
    require_role(act.by, Permission.NOTICE_DRAFT)
    if not awards_queries.needs_notice(call):
        raise Refusal(Sentence("The awards of a fund need no contract award notice."))
    if notices_queries.told_at(act.session, call.id) is None:
        raise Refusal(Sentence("The applicants have not been told the outcome yet."))
    notices = awards_queries.notices_of(act.session, call)
    awards = [each.ref for each in notices_queries.awards_on_notice(act.session, call)]
    if notices.open is not None:
        return notices.open
    if notices.newest is not None and not awards:
        return notices.newest
    if missing := notices_queries.missing(act.session, call, act.now):
        raise Refusal(*missing)
    return _draft(act, call, AWARD_NOTICE, {"awards": awards})


def draft_termination(act: Act, abandonment_id: int) -> Notice:
    """Draft the procurement termination notice of a call or a lot that was abandoned, once; drafting again gives the
    same."""
    call_id = act.session.scalar(select(Abandonment.call_id).where(Abandonment.id == abandonment_id))
    if call_id is None:
        raise Refusal(NO_SUCH, status=404)
    call = lock_call(act.session, call_id)
    require_role(act.by, Permission.TERMINATION_DRAFT)
    if not awards_queries.needs_notice(call):
        raise Refusal(Sentence("No termination notice is needed: only a covered procurement has one."))
    row = act.session.get_one(Abandonment, abandonment_id, populate_existing=True)
    if row.approved_at is None:
        raise Refusal(Sentence("It is not abandoned."))
    if (existing := notices_queries.find_termination(act.session, row.id)) is not None:
        return existing
    if missing := notices_queries.termination_missing(act.session, act.now):
        raise Refusal(*missing)
    notice = _draft(act, call, TERMINATION_NOTICE, {"awards": []})
    notice.abandonment_id = row.id
    act.session.flush()
    return notice


def draft_details(act: Act, contract_id: int) -> Notice:
    """Draft the contract details notice of a signed contract, once; drafting again gives the same."""
    asked = select(Award.call_id).join(Contract, Contract.award_id == Award.id).where(Contract.id == contract_id)
    call_id = act.session.scalar(asked)
    if call_id is None:
        raise Refusal(NO_SUCH, status=404)
    call = lock_call(act.session, call_id)
    require_role(act.by, Permission.NOTICE_DRAFT)
    contract = act.session.get_one(Contract, contract_id, with_for_update=True, populate_existing=True)
    award = act.session.get_one(Award, contract.award_id)
    if not needs_details(call.route, contracts_queries.with_vat(contract, award)):
        raise Refusal(Sentence("No contract details notice is needed for this."))
    if contract.confirmed_at is None or contract.ended_at is not None:
        raise Refusal(Sentence("Nobody has confirmed yet when it was signed."))
    if (existing := contracts_queries.notice_of(act.session, contract)) is not None:
        return existing
    if lacks := details(act, contract).lacks:
        raise Refusal(*(each.said for each in lacks))
    notice = _draft(act, call, DETAILS_NOTICE, {"awards": [award.ref]})
    notice.contract_id = contract.id
    act.session.flush()
    return notice


def draft_tender(act: Act, call_id: int) -> Notice:
    """Draft the tender notice of a procurement, before that is published here or while it can be tendered for, once;
    drafting again gives the same, until the call says something else than was published in law."""
    call = lock_call(act.session, call_id)
    require_role(act.by, Permission.TENDER_NOTICE_DRAFT)
    written = calls_queries.draft_of(act.session, call, on=act.today)
    if not is_needed(written):
        raise Refusal(Sentence("No tender notice is needed: the law asks for none of this call."))
    if not can_be_tendered_for(act.session, call, act.now):
        raise Refusal(Sentence("Nobody can tender any more, so a tender notice has no sense."))
    said = tender(act, call)
    newest = notices_queries.newest_tender(act.session, call.id)
    if newest is not None and (
        newest.state != NoticeStatus.PUBLISHED or newest.content["sections"] == to_plain(said.sections)
    ):
        return newest
    if lacks := tender_lacks(act.session, call, said, act.now):
        raise Refusal(*lacks)
    return _draft(act, call, TENDER_NOTICE, {"awards": []})


def can_be_tendered_for(session: Session, call: Call, now: datetime) -> bool:
    """Whether a call is written, or published and its first stage not closed in any window."""
    if call.published_at is None:
        return call.state not in states.call.cancelled
    closings = (each.closes_at for each in stages_queries.firsts(stages_queries.of_call(session, call.id)))
    return call.state in states.call.published and any(each is not None and each > now for each in closings)


def tender_lacks(session: Session, call: Call, said: Drafted, now: datetime) -> tuple[Sentence, ...]:
    """What a tender notice lacks: of the authority, and of the call as long as that is written."""
    found = [each.said for each in said.lacks]
    if call.published_at is None:
        found += [each.sentence for each in call_problems(calls_queries.draft_of(session, call, on=uk_day(now)), now)]
    return tuple(found)


def _draft(act: Act, call: Call, kind: str, content: dict[str, Any]) -> Notice:
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    number = notices_queries.count(act.session, call.id, kind) + 1
    notice = Notice(
        ref=f"{call.ref}-{kind}-{number}".lower(),
        call_id=call.id,
        kind=kind,
        number=number,
        state=NoticeStatus.DRAFT,
        drafted_by=act.by.id,
        drafted_at=act.now,
        working=[],
        content=content,
    )
    act.session.add(notice)
    act.session.flush()
    record(act, "notice.draft", "notice", notice.id, call_id=call.id, data={"kind": kind})
    return notice
