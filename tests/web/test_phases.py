"""The pages of a call that awards phase by phase: what is left, and no sum of money where none is known."""

from flask import Flask

from procurement.rules.ports import Ports
from tests.parts import assessment, calls, outcomes, people, sifting
from tests.parts.pages import checked as page
from tests.services.test_phases import forget_amounts, second_phase
from tests.web.test_going_on import words


def test_the_pages_of_a_later_phase_say_what_is_left(app: Flask, ports: Ports) -> None:
    call = second_phase(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    root = f"/manage/calls/{call.ref}/stages"
    left = "£21,000 of £100,000 is left after “Interest”."
    shown = words(page(officer.get(f"{root}/proposal/ranking")))
    assert f"{left} Budget: £21,000. £0 committed above this line. £21,000 left." in shown
    assert f"{left} £0 of £21,000 committed." in words(page(officer.get(f"{root}/proposal/decisions")))
    best = outcomes.table(ports, call).entries[0].ref
    assert "Left of the budget of the lot £21,000, £0 committed" in words(
        page(officer.get(f"{root}/proposal/decisions/{best}"))
    )
    before = words(page(officer.get(f"{root}/application/ranking")))
    assert ("Budget: £100,000." in before, "is left after" in before) == (True, False)
    assert "£79,000 of £100,000 committed." in words(page(officer.get(f"{root}/application/decisions")))


def test_who_asks_for_no_amount_is_listed_apart(app: Flask, ports: Ports) -> None:
    call = assessment.locked(ports)
    forget_amounts(ports, call, "application", 1)
    officer = people.signed_in(app, ports, calls.officer(ports))
    root = f"/manage/calls/{call.ref}/stages/application/decisions"
    shown = words(page(officer.get(f"{root}/in-rank-order?reserves=0")))
    count = len(outcomes.table(ports, call).entries)
    assert "Without an amount: 1" in shown
    assert f"Save {count - 1} proposal" in shown
    best = outcomes.table(ports, call).entries[0].ref
    sent = page(officer.send(f"{root}/{best}", {"outcome": "fund", "amount": "5"}), 409)
    assert "It asks for no amount, so nothing can be awarded." in words(sent)


def test_no_page_shows_a_sum_that_nobody_asked_for(app: Flask, ports: Ports) -> None:
    call = sifting.sift(ports, seats=1)
    best = outcomes.table(ports, call).entries[0].ref
    officer = people.signed_in(app, ports, calls.officer(ports))
    root = f"/manage/calls/{call.ref}/stages/application"
    paths = ("ranking", f"ranking/{best}", "decisions", f"decisions/{best}", "decisions/in-rank-order")
    assert ["sks for" in page(officer.get(f"{root}/{path}")) for path in paths] == [True] * 5
    forget_amounts(ports, call, "application", 3)
    assert ["sks for" in page(officer.get(f"{root}/{path}")) for path in paths] == [False] * 5


def test_who_accepts_an_award_reads_which_phase_was_entered_with_it(app: Flask, ports: Ports) -> None:
    call = second_phase(ports, accepted=1)
    accepted, waiting = outcomes.awards_of(ports, call)
    with ports.database.reading() as session:
        table = sifting.table(session, calls.stage_of(ports, call, "application"))
        refs = {each.entry.id: each.ref for each in table.entries}
    shown = []
    for award in (accepted, waiting):
        lead = outcomes.lead_of(ports, award)
        ref = refs[award.entry_id]
        said = page(people.signed_in(app, ports, lead).get(f"/applications/{ref}/stages/application/outcome"))
        shown.append((f'href="/applications/{ref}"' in said, "entered the next stage, “" in words(said)))
    assert shown[0] == (True, True)
    assert shown[1][1] is False
