"""Messages of officers to applicants: to whom, once to each, kept with the call and with each application."""

from dataclasses import replace

import pytest

from procurement.models.announcements import Announcement
from procurement.models.calls import Call
from procurement.models.messages import Message
from procurement.queries import announcements as announcements_queries
from procurement.rules.announcements import TEMPLATES, Audience
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import announcements, verification
from procurement.services.act import perform
from procurement.services.announcements import Written
from tests.parts import applications, assessment, calls, people
from tests.services.test_clarifications import written
from tests.services.test_leaving import refused

TEXT = "The site can be visited on Friday.\n\nPlease bring a helmet."


def send(ports: Ports, call: Call, audience: Audience, text: str = TEXT, chosen: tuple[str, ...] = ()) -> Announcement:
    whole = Written(audience, "A visit", text, chosen)
    return press(ports, call, whole, look(ports, call, whole))


def look(ports: Ports, call: Call, whole: Written) -> str:
    with ports.database.reading() as session:
        return announcements.look(session, session.get_one(Call, call.id), whole)[1]


def press(ports: Ports, call: Call, whole: Written, seen: str, who: Principal | None = None) -> Announcement:
    by = calls.officer(ports) if who is None else who
    return perform(ports, by, ports.clock.now(), announcements.send, call.id, whole, seen=seen)


def of(ports: Ports, application_id: int) -> list[str]:
    with ports.database.reading() as session:
        return [each.text for each in announcements_queries.of_application(session, application_id)]


def addresses(found: list[Message]) -> list[str]:
    return sorted(each.address for each in found)


def test_each_audience_gets_it_once_and_it_stands_with_each_application(ports: Ports) -> None:
    call = calls.published(ports)
    lead, firm = people.firm(ports, "Aston Sensors Ltd", "lead@aston.example")
    draft = applications.started(ports, call, lead, firm)
    sent, _lead = applications.submitted(ports, call)
    assert send(ports, call, Audience.DRAFTS).count == 1
    assert addresses(written(ports, "announcement")) == ["lead@aston.example"]
    assert send(ports, call, Audience.SUBMITTED, "You have submitted.").count == 1
    assert send(ports, call, Audience.ALL, "To all of you.").count == 2
    assert of(ports, draft.id) == ["To all of you.", TEXT]
    assert of(ports, sent.id) == ["To all of you.", "You have submitted."]
    told = written(ports, "announcement")
    assert len(told) == 4
    assert all(each.sealed for each in told)
    assert "Please bring a helmet." in told[0].body
    with ports.database.reading() as session:
        assert [each.broken for each in verification.verify(session, ports) if each.broken] == []


def test_before_an_opening_nobody_is_chosen_by_name(ports: Ports) -> None:
    call = calls.published(ports)
    lead, firm = people.firm(ports, "Aston Sensors Ltd", "lead@aston.example")
    ref = applications.started(ports, call, lead, firm).ref
    assert refused(send, ports, call, Audience.CHOSEN, chosen=(ref,)) == [
        "There is nobody whom this message would reach."
    ]
    with ports.database.reading() as session:
        assert announcements_queries.to_choose(session, call.id) == []


def test_some_of_those_that_were_opened_can_be_chosen(ports: Ports) -> None:
    call = calls.published(ports)
    assessment.bids_in(ports, call)
    assessment.closed(ports, call)
    assessment.opened(ports, call)
    with ports.database.reading() as session:
        refs = [each.application.ref for each in announcements_queries.to_choose(session, call.id)]
    assert len(refs) > 1
    assert send(ports, call, Audience.CHOSEN, chosen=(refs[0],)).count == 1
    assert refused(send, ports, call, Audience.CHOSEN, chosen=(refs[0], "BSC-AAAA-AAAA")) == [
        "Choose from the list: one of those that you chose takes no part any more."
    ]


@pytest.mark.parametrize("key", list(TEMPLATES))
def test_what_a_text_leaves_open_is_filled_in_before_it_goes(ports: Ports, key: str) -> None:
    call = calls.published(ports)
    lead, firm = people.firm(ports, "Aston Sensors Ltd", "lead@aston.example")
    applications.started(ports, call, lead, firm)
    with ports.database.reading() as session:
        title, text = announcements.beginning(session, call, key)
    assert "%(" not in text
    whole = Written(Audience.ALL, title, text)
    if "…" in text or not text:
        assert len(refused(look, ports, call, whole)) == 1
        assert len(refused(press, ports, call, whole, "")) == 1
    else:
        assert press(ports, call, whole, look(ports, call, whole)).count == 1


def test_a_press_that_comes_again_sends_nothing_and_the_same_words_later_do(ports: Ports) -> None:
    call = calls.published(ports)
    applications.submitted(ports, call)
    whole = Written(Audience.ALL, "A visit", TEXT)
    seen = look(ports, call, whole)
    first = press(ports, call, whole, seen)
    assert press(ports, call, whole, seen).id == first.id
    assert len(written(ports, "announcement")) == 1
    assert press(ports, call, whole, look(ports, call, whole)).id != first.id
    assert len(written(ports, "announcement")) == 2


def test_what_was_not_looked_at_is_not_sent(ports: Ports) -> None:
    call = calls.published(ports)
    applications.submitted(ports, call)
    whole = Written(Audience.ALL, "A visit", TEXT)
    seen = look(ports, call, whole)
    once_more = ["The message, or those whom it reaches, changed after you looked. Look at it once more."]
    assert refused(press, ports, call, replace(whole, text=TEXT.replace("Friday", "Monday")), seen) == once_more
    lead, firm = people.firm(ports, "Aston Sensors Ltd", "lead@aston.example")
    applications.started(ports, call, lead, firm)
    assert refused(press, ports, call, whole, seen) == once_more
    assert refused(press, ports, call, whole, "") == once_more
    assert written(ports, "announcement") == []
