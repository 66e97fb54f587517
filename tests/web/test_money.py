"""Money says what it is, from the set-up to the check before submitting: through the pages, without script."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.queries import calls as calls_queries
from procurement.rules.calls import OverBudget
from procurement.rules.ports import Ports
from procurement.services import calls as services
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from tests.parts import applications, calls, people
from tests.parts.pages import token_in
from tests.web.test_manage_calls import page, send

THERE_IS = "£100,000 net of VAT (£120,000 including VAT at 20%)"


def published(ports: Ports, **money: Any) -> Call:
    """A challenge of £100,000 whose set-up of money says something else than it begins with."""
    drafted, by, now = calls.drafted(ports, "challenge_open", budget=100_000), calls.officer(ports), ports.clock.now()

    def change(session: Session) -> None:
        calls.save(session, ports, calls_queries.get_call(session, drafted.id), "money", money, by, now)

    ports.database.write(change)
    reviewed = calls.reviewed(ports, calls.read(ports, drafted.id))
    perform(ports, calls.approver(ports), now, services.approve_and_publish, reviewed.id, seen=reviewed.version)
    return calls.read(ports, reviewed.id)


def test_a_rate_is_asked_once_and_everything_says_what_it_is(app: Flask, ports: Ports) -> None:
    officer = people.signed_in(app, ports, calls.officer(ports))
    home = f"/manage/calls/{calls.drafted(ports, 'challenge_open', budget=100_000).ref}"
    send(officer, f"{home}/setup/money", budget="100000", vat_rate="5")
    assert "£100,000 net of VAT (£105,000 including VAT at 5%)" in page(officer, f"{home}/setup/money").words
    send(officer, f"{home}/setup/lots/1", vat_rate="20", options="50000")
    said = page(officer, f"{home}/review").words
    assert THERE_IS in said
    refused = send(officer, f"{home}/setup/money", 422, budget="100000", vat_rate="7")
    assert "Select one of the options" in refused.text


def test_a_grant_is_one_figure_and_has_no_rate(app: Flask, ports: Ports) -> None:
    officer = people.signed_in(app, ports, calls.officer(ports))
    home = f"/manage/calls/{calls.drafted(ports, 'small_grant', budget=50_000).ref}"
    shown = page(officer, f"{home}/setup/money")
    assert "costs include VAT that cannot be recovered" in shown.words
    assert not shown.all("[name=vat_rate]")
    send(officer, f"{home}/setup/money", budget="60000")
    assert "£60,000 (outside the scope of VAT)" in page(officer, f"{home}/review").words


@pytest.mark.parametrize("above_budget", list(OverBudget))
def test_above_the_whole_lot_is_said_where_it_is_typed_and_at_check(
    app: Flask, ports: Ports, above_budget: OverBudget
) -> None:
    call = published(ports, above_budget=above_budget)
    public = page(app.test_client(), f"/calls/{call.ref}").words
    assert "There is altogether: £100,000 net of VAT (£120,000 including VAT)" in public
    lead, organisation = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
    draft = applications.written(ports, call, lead, organisation, amount=500_000)
    browser, home = people.signed_in(app, ports, lead), f"/applications/{draft.ref}"
    question = page(browser, f"{home}/questions/amount").words
    assert f"There is {THERE_IS} for your lot." in question
    assert f"Your price is £500,000. That is above what there is: {THERE_IS}." in question
    saved = send(browser, f"{home}/questions/amount", answer="£99,999,999", then="on")
    assert f"Your price is £99,999,999. That is above what there is: {THERE_IS}." in page(browser, saved.location).words
    check = page(browser, f"{home}/check").words
    assert "Your price is £99,999,999." in check
    if above_budget is OverBudget.REFUSE:
        assert "with this amount the call takes no" in check
        with pytest.raises(Refusal, match="Name a lower price, or you cannot submit"):
            applications.press(ports, draft, lead)
        send(browser, f"{home}/questions/amount", answer="100000", then="on")
        assert "That is above what there is" not in page(browser, f"{home}/check").words
        applications.press(ports, draft, lead)  # as much as there is
    else:
        assert "You can submit all the same." in check
        applications.press(ports, draft, lead)


def test_a_script_that_saves_is_told_the_same(app: Flask, ports: Ports) -> None:
    call = published(ports)
    lead, organisation = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
    draft = applications.started(ports, call, lead, organisation)
    browser = people.signed_in(app, ports, lead)
    where = f"/applications/{draft.ref}/questions/amount"
    given = {"csrf_token": token_in(browser.get(where).text), "version": "0", "field": "answer"}
    answer = browser.post(f"{where}/autosave", data={**given, "value": "250000"})
    (warning,) = answer.json["warnings"]
    assert warning.startswith("Your price is £250,000. That is above what there is")
