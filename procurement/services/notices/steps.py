"""From the draft of a notice to its publication in law: approved, entered, sent back, confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from procurement.models.awards import Award, Notice
from procurement.models.calls import Call
from procurement.models.contracts import Contract
from procurement.models.people import Person
from procurement.queries import installation as installation_queries
from procurement.queries import notices as notices_queries
from procurement.rules.dates import standstill
from procurement.rules.find_tender import is_address, is_number
from procurement.rules.notice_contents import to_plain
from procurement.rules.permissions import Permission
from procurement.rules.statuses import NoticeStatus
from procurement.services import about, messages, publishing
from procurement.services.act import Act
from procurement.services.commitments import commit
from procurement.services.effects.standstill import tell_standstill
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.notices.drafting import NO_SUCH, tender_lacks
from procurement.services.notices.saying import Drafted, details, tender
from procurement.services.refusal import Refusal, require_fresh, require_reason, require_role
from workflows.catalogue import states
from workflows.definition import AWARD_NOTICE, DETAILS_NOTICE, TENDER_NOTICE, TERMINATION_NOTICE
from workflows.facts import Sentence

DRAFTS = {
    TENDER_NOTICE: Permission.TENDER_NOTICE_DRAFT,
    AWARD_NOTICE: Permission.NOTICE_DRAFT,
    DETAILS_NOTICE: Permission.NOTICE_DRAFT,
    TERMINATION_NOTICE: Permission.TERMINATION_DRAFT,
}
PUBLISHES = {
    TENDER_NOTICE: Permission.TENDER_NOTICE_PUBLISH,
    AWARD_NOTICE: Permission.NOTICE_PUBLISH,
    DETAILS_NOTICE: Permission.NOTICE_PUBLISH,
    TERMINATION_NOTICE: Permission.TERMINATION_PUBLISH,
}
NO_NUMBER = Sentence(
    "Enter the number as Find a Tender writes it: six digits, a hyphen and the year, for example 012345-2027."
)
NO_ADDRESS = Sentence(
    "Enter the address of the notice on Find a Tender, which begins with https://www.find-tender.service.gov.uk/."
)
# what follows the confirmation, of notices that begin no standstill
PUBLICATIONS = {
    TENDER_NOTICE: publishing.publish_tender_notice,
    DETAILS_NOTICE: publishing.publish_details,
    TERMINATION_NOTICE: publishing.publish_termination,
}
PUBLISHED = Sentence("This notice has been published.")
OWN = Sentence("You wrote this. Somebody else must approve it.")
ENTERED_BY_YOU = Sentence("You entered where it was published. Somebody else must confirm it.")


@dataclass(frozen=True)
class Place:
    """Where a notice was published in law: its number on the central platform, its address there, and when."""

    number: str
    address: str
    at: datetime


class Misplaced(Refusal):
    """What is wrong with where a notice is said to be published: a sentence for each field of `Place`."""

    def __init__(self, faults: Mapping[str, Sentence]) -> None:
        super().__init__(*faults.values())
        self.faults = faults


def approve(act: Act, notice_id: int) -> Notice:
    """Somebody who did not draft it agrees with what it says, so that it can be published on the central platform.
    Nothing is public, and no standstill runs, before that is entered and confirmed."""
    call, notice = _take(act, notice_id, PUBLISHES)
    require_fresh(act.by, act.unshifted)
    if notice.state != NoticeStatus.DRAFT:
        raise Refusal(Sentence("This notice was approved already."))
    if notice.drafted_by == act.by.id:
        raise Refusal(OWN)
    if missing := _missing(act, call, notice):
        raise Refusal(*missing)
    if notice.kind == AWARD_NOTICE:
        awards = notices_queries.awards_on_notice(act.session, call)
        notice.content = {"awards": [each.ref for each in awards]}
    elif (said := _said(act, call, notice)) is not None:
        notice.content = {**notice.content, "sections": to_plain(said.sections)}
    notice.state, notice.approved_by, notice.approved_at = NoticeStatus.APPROVED, act.by.id, act.now
    act.session.flush()
    record(act, "notice.approve", "notice", notice.id, call_id=call.id, data={"kind": notice.kind})
    return notice


def enter(act: Act, notice_id: int, place: Place) -> Notice:
    """An officer enters where and when a notice was published; it counts once somebody else has confirmed it. Entered
    again before that, the new place stands."""
    call, notice = _take(act, notice_id, DRAFTS)
    if notice.state == NoticeStatus.DRAFT:
        raise Refusal(Sentence("This notice is not approved yet."))
    if faults := _faults(notice, place, act.now):
        raise Misplaced(faults)
    notice.outside_number, notice.outside_address = place.number.strip(), place.address.strip()
    notice.outside_at, notice.entered_by, notice.entered_at = place.at, act.by.id, act.now
    notice.state, notice.sent_back = NoticeStatus.ENTERED, ""
    act.session.flush()
    data = {"kind": notice.kind, "published_at": place.at}
    said = f"{notice.outside_number} {notice.outside_address}"
    record(act, "notice.enter", "notice", notice.id, call_id=call.id, data=data, note=said)
    return notice


def _faults(notice: Notice, place: Place, now: datetime) -> dict[str, Sentence]:
    """What is wrong with where a notice is said to be published, by the field of `place`."""
    found = {}
    if not is_number(place.number.strip()):
        found["number"] = NO_NUMBER
    if not is_address(place.address.strip()):
        found["address"] = NO_ADDRESS
    if place.at > now:
        found["at"] = Sentence("Enter when it was published: that cannot be later than now.")
    elif notice.approved_at is not None and place.at < notice.approved_at.replace(second=0, microsecond=0):
        found["at"] = Sentence("It was approved on %(at)s, so it was published after that.", at=notice.approved_at)
    return found


def send_back(act: Act, notice_id: int, reason: str) -> Notice:
    """What was entered is not what stands on the central platform: it is entered anew, by whoever reads why."""
    call, notice = _take(act, notice_id, PUBLISHES)
    if notice.state != NoticeStatus.ENTERED or notice.entered_by is None:
        raise Refusal(Sentence("Nothing was entered that could be sent back."))
    require_reason(reason)
    entered_by = act.session.get_one(Person, notice.entered_by)
    notice.outside_number = notice.outside_address = ""
    notice.outside_at = notice.entered_by = notice.entered_at = None
    notice.state, notice.sent_back = NoticeStatus.APPROVED, reason.strip()
    act.session.flush()
    record(act, "notice.send_back", "notice", notice.id, call_id=call.id, note=notice.sent_back)
    messages.tell(
        act,
        "sent_back",
        [entered_by],
        {
            "reference": call.ref,
            "call": call.title,
            "by": act.by.name,
            "reason": notice.sent_back,
            "link": f"/manage/calls/{call.ref}/{notices_queries.page_of(act.session, notice)}",
        },
        occasion=f"notice_sent_back:{notice.id}:{act.now.isoformat()}:",
        about=about.call(call),
    )
    return notice


def confirm(act: Act, notice_id: int, *, seen: str) -> Notice:
    """Somebody who did not enter it has looked it up, and confirms: the notice is published from its instant there on.
    Of a contract award notice the standstill is reckoned from the day of that instant. `seen` is the number that the
    page showed."""
    call, notice = _take(act, notice_id, PUBLISHES)
    require_fresh(act.by, act.unshifted)
    if notice.state != NoticeStatus.ENTERED or notice.outside_at is None:
        raise Refusal(Sentence("Nobody has entered yet where it was published."))
    if notice.outside_number != seen:
        raise Refusal(Sentence("Where it was published was entered again after you opened this page. Read it again."))
    if act.by.id == notice.entered_by:
        raise Refusal(ENTERED_BY_YOU)
    if act.by.id == notice.drafted_by:
        raise Refusal(OWN)
    # what was missing was asked for before the approval: from here on it is said what was published in law
    notice.state, notice.published_by, notice.published_at = NoticeStatus.PUBLISHED, act.by.id, notice.outside_at
    if notice.kind == AWARD_NOTICE:
        _begin_standstill(act, call, notice, notice.outside_at)
    else:
        act.session.flush()
        data = {"kind": notice.kind, "published_at": notice.outside_at}
        record(act, "notice.publish", "notice", notice.id, call_id=call.id, data=data)
        commit(act, notice)
        PUBLICATIONS[notice.kind](act, notice, call)
    return notice


def _begin_standstill(act: Act, call: Call, notice: Notice, at: datetime) -> None:
    """The standstill is reckoned from the day of publication, and the awards can be confirmed when it has ended. The
    notice names those that were approved; what became of one since is published after it, as a change of the award."""
    settings = installation_queries.settings(act.session, act.today)
    runs = standstill(at, settings["standstill_days"])
    notice.standstill_ends_at = runs.ends_at
    notice.working = [str(sentence) for sentence in runs.working]
    awards = notices_queries.awards_of_notice(act.session, call, notice)
    ids = [each.id for each in awards]
    act.session.execute(select(Award.id).where(Award.id.in_(ids)).order_by(Award.id).with_for_update())
    for award in awards:
        if award.state in states.award.told:
            award.confirm_at = runs.confirm_at
    act.session.flush()
    record(
        act,
        "notice.publish",
        "notice",
        notice.id,
        call_id=call.id,
        data={
            "kind": notice.kind,
            "published_at": at,
            "standstill_ends_at": runs.ends_at,
            "confirm_at": runs.confirm_at,
        },
    )
    commit(act, notice)
    publishing.publish_notice(act, notice, call, awards)
    with publishing.together(act, call):
        for award, event in notices_queries.endings_of(act.session, awards):
            change, told = publishing.ended_by(act.session, event)
            publishing.publish_award_change(act, award, call, change=change, at=act.now, **told)
    tell_standstill(act, call, notice, awards)


def _missing(act: Act, call: Call, notice: Notice) -> tuple[Sentence, ...]:
    if notice.kind == TERMINATION_NOTICE:
        return notices_queries.termination_missing(act.session, act.now)
    if (said := _said(act, call, notice)) is not None:
        if notice.kind == TENDER_NOTICE:
            return tender_lacks(act.session, call, said, act.now)
        return tuple(each.said for each in said.lacks)
    return notices_queries.missing(act.session, call, act.now)


def _said(act: Act, call: Call, notice: Notice) -> Drafted | None:
    """What a notice would say now, of those that are frozen as sections."""
    if notice.kind == TENDER_NOTICE:
        return tender(act, call)
    if notice.contract_id is not None:
        return details(act, act.session.get_one(Contract, notice.contract_id))
    return None


def _take(act: Act, notice_id: int, rights: dict[str, Permission]) -> tuple[Call, Notice]:
    """A notice that is not published yet, and its call, both held; refused to whoever may not do this."""
    call_id = act.session.scalar(select(Notice.call_id).where(Notice.id == notice_id))
    if call_id is None:
        raise Refusal(NO_SUCH, status=404)
    call = lock_call(act.session, call_id)
    notice = act.session.get_one(Notice, notice_id, with_for_update=True, populate_existing=True)
    require_role(act.by, rights[notice.kind])
    if notice.state == NoticeStatus.PUBLISHED:
        raise Refusal(PUBLISHED)
    return call, notice
