"""Who applies is led: to the next step, to the box that is missing, from lot to lot, in the words of its call."""

import pytest
from flask import Flask

from procurement.rules.applications import DECLARATIONS
from procurement.rules.ports import Ports
from tests.parts import applications as made
from tests.parts import calls, people
from tests.parts.pages import read as parsed
from tests.parts.visitors import Visitor
from tests.web.test_apply import Firm, fields, send, submit, words


@pytest.fixture
def firm(app: Flask, ports: Ports) -> Firm:
    return Firm(app, ports)


@pytest.mark.parametrize("place", range(1, 5))
def test_the_declaration_that_is_not_ticked_is_named_and_its_box_is_led_to(firm: Firm, place: int) -> None:
    draft, keys = firm.complete(), list(DECLARATIONS)
    left_out = keys.pop(place - 1)
    page = parsed(submit(firm, draft, declared=keys), 422)
    (link,) = page.all(".govuk-error-summary a")
    box = page.one(link.attributes["href"])
    assert (box.attributes["value"], box.attributes.get("checked")) == (left_out, None)
    label = next(each for each in page.all("label") if each.attributes["for"] == link.attributes["href"][1:])
    assert link.words == f"Tick this too: “{label.words}”"


def test_when_all_is_complete_the_next_step_is_at_the_top(firm: Firm) -> None:
    draft = firm.complete()
    top = parsed(firm.browser.get(f"/applications/{draft.ref}")).all("main p.govuk-body a")
    assert [(each.words, each.attributes["href"]) for each in top if each.words.startswith("Next")] == [
        ("Next: check and submit", f"/applications/{draft.ref}/check")
    ]
    editor = firm.as_(people.member(firm.ports, firm.organisation.id, "sam@clean-air.example", "editor"))
    assert "Next: check your answers; the lead submits" in parsed(editor.get(f"/applications/{draft.ref}")).words


def test_what_is_not_complete_leads_back_to_its_box_and_has_no_success_beside_it(firm: Firm) -> None:
    draft, key = firm.draft(), firm.key("long_text")
    limit = next(each.word_limit for each in firm.form if each.key == key) or 0
    here = f"/applications/{draft.ref}/questions/{key}"
    on = send(firm.browser, here, {"answer": "word " * (limit + 3), "then": "on"})
    banner = parsed(firm.browser.get(on.location)).one(".govuk-notification-banner")
    assert "Saved, but not complete: " in banner.words
    assert [(each.words, each.attributes["href"]) for each in banner.all("a")] == [
        ("Go back to this answer", f"{here}#answer")
    ]
    assert send(firm.browser, here, {"answer": "word " * (limit + 1), "then": "stay"}).status_code == 303
    page = parsed(firm.browser.get(here))
    assert page.all(".govuk-notification-banner") == []
    assert "Take out at least one." in words(page, ".govuk-error-message")
    send(firm.browser, here, {"answer": "word", "then": "stay"})
    page = parsed(firm.browser.get(here))
    assert (words(page, ".govuk-notification-banner"), page.all(".govuk-error-message")) == ("Success Saved.", [])


def test_a_text_that_breaks_both_limits_is_told_its_words_and_both_are_told_before(firm: Firm) -> None:
    draft, key = firm.draft(), firm.key("long_text")
    limit = next(each.word_limit for each in firm.form if each.key == key) or 0
    here = f"/applications/{draft.ref}/questions/{key}"
    assert words(parsed(firm.browser.get(here)), "#answer-info") == (
        f"You can write up to {limit} words, and {10 * limit:,} characters"
    )
    form = parsed(firm.browser.get(f"/calls/{firm.call.ref}/form")).one("main").words
    assert f"Text of up to {limit} words, at most {10 * limit:,} characters" in form
    send(firm.browser, here, {"answer": "seven " * limit * 21, "then": "stay"})
    assert f"has {limit * 21:,} words and the limit is {limit}." in words(
        parsed(firm.browser.get(here)), ".govuk-error-message"
    )
    send(firm.browser, here, {"answer": "x" * (10 * limit + 7), "then": "stay"})
    assert "Take out at least 7." in words(parsed(firm.browser.get(here)), ".govuk-error-message")


def test_where_there_are_lots_each_card_names_its_own_and_what_is_begun_is_said(app: Flask, ports: Ports) -> None:
    call = calls.published(ports, lots=(("Sensors", 60_000), ("Signs", 40_000)))
    lead, organisation = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
    browser = people.signed_in(app, ports, lead)
    drafts = [made.started(ports, call, lead, organisation, lot) for lot in (1, 2)]
    cards = parsed(browser.get("/dashboard")).all("article.app-card")
    for draft, lot in zip(drafts, ("1: Sensors", "2: Signs"), strict=True):
        (card,) = [each for each in cards if draft.ref in each.words]
        assert f"Lot {lot}" in card.words
    hints = [each.words for each in parsed(browser.get(f"/calls/{call.ref}/apply")).all(".govuk-radios__hint")]
    assert [hint.split("Clean Air Makers")[1] for hint in hints] == [
        f" has begun one already: {draft.ref}." for draft in drafts
    ]


def test_a_call_of_one_lot_names_no_lot(firm: Firm) -> None:
    firm.draft()
    assert "Lot" not in parsed(firm.browser.get("/dashboard")).one("main").words


@pytest.mark.parametrize(("procedure", "tender"), [("challenge_open", True), ("innovation_fund", False)])
def test_a_tender_has_a_price_and_a_grant_is_asked_for(app: Flask, ports: Ports, procedure: str, tender: bool) -> None:
    call = calls.published(ports, procedure)
    lead, organisation = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
    draft = made.written(ports, call, lead, organisation, amount=99_999_999)
    browser = people.signed_in(app, ports, lead)
    page = parsed(browser.get(f"/calls/{call.ref}")).words
    assert ("or for as much as you need" in page) is not tender
    assert ("a price is for the whole of it" in page) is tender
    check = parsed(browser.get(f"/applications/{draft.ref}/check")).words
    assert ("Your price is £99,999,999. That is above what there is: " in check) is tender
    assert ("At that price it cannot be awarded." in check) is tender
    assert ("It cannot be awarded in full." in check) is not tender
    assert "what may count against you" in check
    assert "stands in your way" not in check  # one can submit all the same


def test_the_form_says_the_most_that_may_be_asked_of_each_lot(app: Flask, ports: Ports) -> None:
    call = calls.published(ports, lots=(("Sensors", 60_000), ("Signs", 40_000)))
    people.signed_in(app, ports, people.person(ports, "ana@firm.example"))
    page = parsed(Visitor(app).get(f"/calls/{call.ref}/form"))
    (most,) = [each for each in page.all(".govuk-summary-list__row") if each.words.startswith("The most")]
    assert most.words.startswith("The most Lot 1: At most £60,000 ")
    assert " Lot 2: At most £40,000 " in most.words
    assert most.words.endswith("a price above it cannot be awarded.")


def test_whoever_pressed_start_reads_on_the_sign_in_page_for_which_call(app: Flask, ports: Ports) -> None:
    call, draft = calls.published(ports), calls.drafted(ports, title="Not for everybody yet")
    visitor = Visitor(app)
    to = visitor.get(f"/calls/{call.ref}/apply").location
    assert f"Sign in to apply to “{call.title}” ({call.ref})." in parsed(visitor.get(to)).one("main").words
    for other in (f"/calls/{draft.ref}/apply", "/calls/BSC-0000-0000/apply", "/dashboard", "//[", ""):
        assert "Sign in to apply" not in visitor.get("/sign-in", query_string={"next": other}).text


@pytest.mark.parametrize(("procedure", "blind"), [("innovation_fund", True), ("challenge_open", False)])
def test_where_names_are_hidden_an_answer_that_names_its_own_firm_is_warned_about(
    app: Flask, ports: Ports, procedure: str, blind: bool
) -> None:
    call = calls.published(ports, procedure)
    lead, organisation = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
    draft, browser = made.started(ports, call, lead, organisation), people.signed_in(app, ports, lead)
    key = next(each.key for each in made.form(ports, call) if each.kind.key == "long_text")
    here = f"/applications/{draft.ref}/questions/{key}"
    text = "At Clean Air Makers we measure the air."
    says = "names Clean Air Makers. It is read without names"
    values = {**fields(parsed(browser.get(here))), "field": "answer", "value": text}
    saved = browser.post(f"{here}/autosave", data=values).get_json()
    assert [says in each for each in saved["warnings"]] == ([True] if blind else [])
    assert (says in parsed(browser.get(here)).words) is blind
    assert (says in parsed(browser.get(f"/applications/{draft.ref}/check")).words) is blind
    send(browser, here, {"answer": "We measure the air.", "then": "stay"})
    assert says not in parsed(browser.get(here)).words


def test_wherever_time_is_left_the_page_can_go_on_counting_it(firm: Firm) -> None:
    draft = firm.draft()
    for address in (
        "/",
        "/calls",
        f"/calls/{firm.call.ref}",
        f"/calls/{firm.call.ref}/apply",
        "/dashboard",
        f"/applications/{draft.ref}",
        f"/applications/{draft.ref}/check",
        f"/applications/{draft.ref}/questions/{firm.form[0].key}",
    ):
        page = parsed(firm.browser.get(address))
        spans = page.all("main [data-until]")
        assert {each.words.lower() for each in spans} == {"30 days left"}, address
        for each in spans:
            assert each.attributes["data-until"].endswith("Z"), address
            assert each.attributes["data-now"].endswith("Z"), address
        assert "<span" not in page.one("main").words, address
