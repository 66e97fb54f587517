"""The pages of officers about the bids of a call with several stages: each stage has its own, and only its own."""

from flask import Flask
from sqlalchemy import update

from procurement.models.stages import StageLot
from procurement.queries import applications as applications_queries
from procurement.rules.ports import Ports
from procurement.services.proposals import Proposal
from tests.parts import assessment, calls, outcomes, people, stages
from tests.parts.pages import read as parsed


def test_a_sealed_stage_says_who_is_invited_and_what_was_opened_stays_open(app: Flask, ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=2))
    second = stages.following(ports, call, "proposal", ["collect", "check", "assess", "award"])
    entered = stages.go_on(ports, second)
    officer = people.signed_in(app, ports, calls.officer(ports))
    base = f"/manage/calls/{call.ref}"

    for address in (f"{base}/applications", f"{base}/stages/proposal/applications"):
        sealed = parsed(officer.get(address))
        assert "The proposals are sealed." in sealed.text
        assert [each.text for each in sealed.all("main tbody th")] == ["Firm A", "Firm B"]
    opened = parsed(officer.get(f"{base}/stages/application/applications"))
    assert [each.text for each in opened.all("main tbody th a")] == ["Idea of Firm A", "Idea of Firm B"]
    assert "Opened" in parsed(officer.get(f"{base}/stages/application/opening")).text
    assert "Two people open the proposals" in parsed(officer.get(f"{base}/stages/proposal/opening")).text

    (ref, entry), *_ = entered.items()
    assert officer.get(f"{base}/stages/proposal/bids/{ref}").status_code == 404
    assert officer.get(f"{base}/applications/{ref}").status_code == 404  # its newest is sealed
    assert officer.get(f"{base}/stages/proposal/applications.csv").status_code == 403
    assert officer.get(f"{base}/stages/application/applications.csv").status_code == 200
    bid = parsed(officer.get(f"{base}/stages/application/bids/{ref}"))
    assert "Other stages" not in bid.text
    assert bid.one("#answers").words == "Answers"
    assert officer.get(f"{base}/stages/application/bids/{ref}/eligibility").status_code == 200
    assert officer.get(f"{base}/stages/application/documents").status_code == 200
    assert officer.get(f"{base}/stages/proposal/documents").status_code == 403
    assert entry.application.ref == ref


def test_a_bid_of_a_stage_that_collects_nothing_leads_to_what_was_sent_before(app: Flask, ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=2))
    third = stages.following(ports, call, "demonstration", ["assess", "award"])
    ref = next(iter(stages.go_on(ports, third)))
    officer = people.signed_in(app, ports, calls.officer(ports))
    base = f"/manage/calls/{call.ref}"
    page = parsed(officer.get(f"{base}/stages/demonstration/bids/{ref}"))
    assert "Nothing was sent in this stage." in page.text
    elsewhere = [each.attributes["href"] for each in page.all("main li a") if each.text == "Application"]
    assert elsewhere == [f"{base}/stages/application/bids/{ref}"]
    listed = parsed(officer.get(f"{base}/applications"))
    assert [each.text for each in listed.all("main tbody th a")] == ["Idea of Firm A", "Idea of Firm B"]
    assert officer.get(f"{base}/stages/demonstration/applications.csv").text.count("\n") == 3
    hub = people.signed_in(app, ports, calls.staff(ports, "lead@firma.example"))
    own = parsed(hub.get(f"/applications/{ref}"))
    assert "Being assessed." in own.one(".govuk-inset-text").words
    assert own.all(".govuk-task-list") == []
    assert "Earlier stages" in own.text


def test_who_goes_on_reads_so_and_the_outcome_stays_at_the_address_of_its_stage(app: Flask, ports: Ports) -> None:
    call = assessment.bids_in(ports, firms=2)
    stages.sift(ports, call)
    ports.database.write(lambda session: session.execute(update(StageLot).values(seats=1)).close())
    made = assessment.locked(ports, call)
    first, last = (each.ref for each in outcomes.table(ports, made).lots[0].entries)
    outcomes.propose(
        ports,
        made,
        {
            first: Proposal("advance", None, ""),
            last: Proposal("decline", None, outcomes.REASON),
        },
    )
    outcomes.made_ready(ports, outcomes.approve(ports, made))
    outcomes.tell(ports, made)
    second = stages.following(ports, made, "proposal", ["collect", "assess", "award"])
    stages.go_on(ports, second, {first})

    for ref, said in ((first, "Your application was successful"), (last, "Your application was not successful")):
        with ports.database.reading() as session:
            entry = applications_queries.find_entry(session, ref)
            assert entry is not None
            name = entry.application.organisation.name.lower().replace(" ", "")
        browser = people.signed_in(app, ports, calls.staff(ports, f"lead@{name}.example"))
        outcome = parsed(browser.get(f"/applications/{ref}/stages/application/outcome"))
        assert said in outcome.one("h1").words
        hub = parsed(browser.get(f"/applications/{ref}"))
        if ref == first:
            assert "Go on with application" in outcome.text
            assert "Not submitted yet." in hub.one(".govuk-inset-text").words
            links = [each.attributes["href"] for each in hub.all("main li a")]
            assert f"/applications/{ref}/stages/application/outcome" in links
            assert browser.get(f"/applications/{ref}/stages/proposal/outcome").status_code == 403  # not told
        else:
            assert "The outcome is here." in hub.one(".govuk-inset-text").words
        # without a stage, the newest that was told
        assert said in parsed(browser.get(f"/applications/{ref}/outcome")).one("h1").words
