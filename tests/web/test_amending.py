"""The pages of an amendment: written on the set-up's own pages, agreed by a second person, read by everybody."""

import hashlib
import re

from flask import Flask

from procurement.models.amendments import Amendment
from procurement.rules.ports import Ports
from tests.parts import applications, calls, people, rewriting
from tests.parts.pages import checked as page
from tests.web.test_dates import typed
from tests.web.test_reserve import words

REASON = "A firm asked whom the prototype belongs to."
TERMS = "The prototype stays yours. The city may use it for ever."


def fields(html: str) -> dict[str, str]:
    """The description as its page would send it back."""
    areas = dict(re.findall(r'<textarea[^>]*name="([a-z_]+)"[^>]*>\s*([^<]*)</textarea>', html))
    inputs = dict(re.findall(r'<input[^>]*name="([a-z_-]+)"[^>]*value="([^"]*)"', html))
    chosen = re.findall(r'<input[^>]*name="theme"[^>]*value="([^"]*)"[^>]*checked', html)
    return {**areas, **inputs, **({"theme": chosen[0]} if chosen else {})}


def test_a_text_is_amended_by_two_people_and_everybody_reads_the_difference(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    applications.submitted(ports, call)
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    root, public = f"/manage/calls/{call.ref}/amendment", f"/calls/{call.ref}"
    assert root in page(officer.get(f"/manage/calls/{call.ref}"))
    shown = page(officer.get(root))
    assert "Begin an amendment" in shown
    assert "A published lot is not taken out by an amendment." in words(shown)
    assert officer.send(root, {}).status_code == 303
    written = page(officer.get(root))
    copy = f"/manage/calls/{call.ref}-A1"
    assert f"{copy}/setup/details" in written
    assert officer.get(copy).headers["Location"].endswith(root)  # the copy has no page of its own
    assert app.test_client().get(f"/calls/{call.ref}-A1").status_code == 404
    details = page(officer.get(f"{copy}/setup/details"))
    given = {**fields(details), "terms": TERMS}
    assert officer.send(f"{copy}/setup/details", given).status_code == 303
    assert TERMS not in page(app.test_client().get(public))
    written = page(officer.get(root))
    assert "Yes: it changes a question, a criterion, a weight, a lot or a condition." in words(written)
    assert officer.send(root, {"reason": REASON, **typed(written)}, to=f"{root}/why").status_code == 303
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', page(officer.get(root)))
    assert seen is not None
    assert officer.send(root, {"seen": "0"}, to=f"{root}/send").status_code == 409
    assert officer.send(root, {"seen": seen[1]}, to=f"{root}/send").status_code == 303
    assert "Amendments to approve" in page(approver.get("/manage"))
    waiting = page(approver.get(root))
    assert REASON in waiting
    assert approver.send(root, {"seen": seen[1]}, to=f"{root}/approve").status_code in (302, 303)
    assert "Approve and publish the amendment" not in page(officer.get(root))
    with ports.database.reading() as session:
        (row,) = session.query(Amendment).all()
    approve(ports, row)
    assert TERMS in words(page(app.test_client().get(public)))
    changes = page(app.test_client().get(f"{public}/changes"))
    assert "put in" in changes
    assert REASON in words(changes)
    old, new = (page(app.test_client().get(f"{public}/versions/{number}")) for number in (1, 2))
    assert "This version was superseded." in old
    assert TERMS not in words(old)
    assert "This is the version that holds." in new
    assert TERMS in words(new)
    assert app.test_client().get(f"{public}/versions/3").status_code == 404
    scheme = calls.stage_of(ports, call).scheme_fingerprint
    kept = app.test_client().get(f"{public}/schemes/{scheme}.json")
    assert hashlib.sha256(kept.data).hexdigest() == scheme
    assert app.test_client().get(f"{public}/schemes/0.json").status_code == 404
    (amended,) = app.test_client().get(f"{public}.json").get_json()["amendments"]
    assert (amended["version"], amended["reason"], amended["said"]) == (2, REASON, ["The call: terms"])
    assert "Published the amendment: version 2 of the call" in page(officer.get(f"/manage/calls/{call.ref}/history"))


def approve(ports: Ports, row: Amendment) -> None:
    if row.approved_at is None:
        rewriting.approved(ports, row)


def test_a_team_reads_which_answers_are_affected_and_confirms_them(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    sent, lead = applications.submitted(ports, call)
    key = next(each.key for each in applications.form(ports, call) if not each.purpose and not each.kind.uploads)
    amendment = rewriting.begun(ports, call)
    rewriting.question(ports, amendment, key, text="Asked otherwise")
    rewriting.published(ports, amendment)
    team = people.signed_in(app, ports, lead)
    root = f"/applications/{sent.ref}"
    shown = words(page(team.get(root)))
    assert "The call was amended: 1 of your answers is affected." in shown
    assert "What you submitted stands, for the version of the call that it was made for." in shown
    assert team.send(f"{root}/reopen", {}).status_code == 303
    checked = words(page(team.get(f"{root}/check")))
    assert "was amended after you answered it. Confirm your answer, or change it." in checked
    question = page(team.get(f"{root}/questions/{key}"))
    assert "Confirm it as it stands" in question
    assert f"/calls/{call.ref}/changes#since-2" in question
    done = team.send(f"{root}/questions/{key}", {}, to=f"{root}/questions/{key}/confirm")
    assert done.headers["Location"].endswith("/check")
    assert "Declare and submit" in page(team.get(f"{root}/check"))
    assert "was amended after you answered it" not in page(team.get(f"{root}/check"))


def test_an_answer_to_a_question_that_was_taken_out_is_still_read_by_its_team(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    sent, lead = applications.submitted(ports, call)
    form = applications.form(ports, call)
    gone = next(each for each in form if not each.purpose and not each.criterion and not each.kind.uploads)
    team = people.signed_in(app, ports, lead)
    assert "Answers that are kept and not sent" not in page(team.get(f"/applications/{sent.ref}"))
    amendment = rewriting.begun(ports, call)
    rewriting.removed(ports, amendment, gone.key)
    rewriting.published(ports, amendment)
    shown = page(team.get(f"/applications/{sent.ref}"))
    assert "Answers that are kept and not sent" in shown
    assert gone.text in words(shown)
    assert team.get(f"/applications/{sent.ref}/questions/{gone.key}").status_code == 404
