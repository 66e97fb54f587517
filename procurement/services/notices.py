"""The contract award notice (UK6): drafted by an officer after the telling, published by somebody else."""

from sqlalchemy import select

from procurement.models.awards import Award, Notice
from procurement.queries import awards as awards_queries
from procurement.queries import installation as installation_queries
from procurement.queries import notices as notices_queries
from procurement.rules.dates import standstill
from procurement.rules.permissions import Permission
from procurement.rules.statuses import NoticeStatus
from procurement.services import publishing
from procurement.services.act import Act
from procurement.services.commitments import commit
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.refusal import Refusal, require_fresh, require_role
from workflows.definition import AWARD_NOTICE
from workflows.facts import Sentence


def draft(act: Act, call_id: int) -> Notice:
    """Draft the notice of a challenge, once; drafting again gives the same. Refused while something is missing."""
    call = lock_call(act.session, call_id)
    require_role(act.by, Permission.NOTICE_DRAFT)
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    if not awards_queries.needs_notice(call):
        raise Refusal(Sentence("The awards of a fund need no contract award notice."))
    if notices_queries.told_at(act.session, call.id) is None:
        raise Refusal(Sentence("The applicants have not been told the outcome yet."))
    if (existing := awards_queries.find_notice(act.session, call.id)) is not None:
        return existing
    if missing := notices_queries.missing(act.session, call, act.now):
        raise Refusal(*missing)
    notice = Notice(
        ref=f"{call.ref}-{AWARD_NOTICE}-1".lower(),
        call_id=call.id,
        kind=AWARD_NOTICE,
        state=NoticeStatus.DRAFT,
        drafted_by=act.by.id,
        drafted_at=act.now,
        working=[],
        content={"awards": [each.ref for each in notices_queries.awards_on_notice(act.session, call.id)]},
    )
    act.session.add(notice)
    act.session.flush()
    record(act, "notice.draft", "notice", notice.id, call_id=call.id)
    return notice


def publish(act: Act, notice_id: int) -> Notice:
    """Publish the notice: the standstill is reckoned from today, and the awards can be confirmed when it has ended.

    Procurement Act 2023 s. 50 and 51. Publishing twice is refused; so is publishing what one drafted.
    """
    call_id = act.session.scalar(select(Notice.call_id).where(Notice.id == notice_id))
    if call_id is None:
        raise Refusal(Sentence("There is no such notice."), status=404)
    call = lock_call(act.session, call_id)
    notice = act.session.get_one(Notice, notice_id, with_for_update=True, populate_existing=True)
    require_role(act.by, Permission.NOTICE_PUBLISH)
    require_fresh(act.by, act.unshifted)
    if notice.state == NoticeStatus.PUBLISHED:
        raise Refusal(Sentence("This notice has been published."))
    if notice.drafted_by == act.by.id:
        raise Refusal(Sentence("You wrote this. Somebody else must approve it."))
    if missing := notices_queries.missing(act.session, call, act.now):
        raise Refusal(*missing)
    settings = installation_queries.settings(act.session, act.today)
    runs = standstill(act.now, settings["standstill_days"])
    notice.state, notice.published_by, notice.published_at = NoticeStatus.PUBLISHED, act.by.id, act.now
    notice.standstill_ends_at = runs.ends_at
    notice.working = [str(sentence) for sentence in runs.working]
    awards = [
        act.session.get_one(Award, each.id, with_for_update=True)
        for each in notices_queries.awards_on_notice(act.session, call.id)
    ]
    notice.content = {"awards": [each.ref for each in awards]}
    for award in awards:
        award.confirm_at = runs.confirm_at
    act.session.flush()
    record(
        act,
        "notice.publish",
        "notice",
        notice.id,
        call_id=call.id,
        data={"standstill_ends_at": runs.ends_at.isoformat(), "confirm_at": runs.confirm_at.isoformat()},
    )
    commit(act, notice)
    publishing.publish_notice(act, notice, call, awards)
    return notice
