"""A call that is published tomorrow: nobody outside sees anything of it today, at any address."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient

from procurement.jobs import sweep
from procurement.models.calls import Call
from procurement.rules.permissions import PUBLIC
from procurement.rules.ports import Ports
from procurement.services import planned
from procurement.services.act import perform
from tests.parts import calls, people
from tests.parts.clock import StandingClock
from tests.parts.pages import checked as page
from tests.web.test_reserve import words
from workflows.facts import UK

TITLE = "Quieter lorries at night"
LISTS = ("/calls", "/calls.json", "/calls.atom", "/calls.ics", "/ocds/releases.json", "/sitemaps/1.xml")


def addresses(app: Flask, call: Call) -> Iterator[str]:
    """Every address that people who are not signed in may open, of this call wherever one is asked for."""
    given = {
        "ref": call.ref,
        "public_id": call.ref,
        "code": "AAAA-AAAA-AAAA",
        "ocid": f"ocds-213czf-{call.ref.lower()}",
        "stage": "application",
        "procedure": call.procedure,
        "number": 1,
    }
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if "GET" not in (rule.methods or ()) or getattr(view, "permission", None) not in PUBLIC:
            continue
        if rule.endpoint == "static":
            continue
        # an address in several forms has them all listed in it: `<any(json, atom, ics):shape>`
        shapes = (
            re.findall(r"\w+", rule.rule.partition("any(")[2].partition(")")[0]) if "shape" in rule.arguments else [""]
        )
        for shape in shapes:
            values = {name: given[name] for name in rule.arguments if name in given} | (
                {"shape": shape} if shape else {}
            )
            if rule.arguments <= set(values) | set(rule.defaults or ()):
                yield adapter.build(rule.endpoint, values)


def says(visitor: FlaskClient, path: str, call: Call) -> bool:
    """Whether an address says anything of the call beside its own words."""
    answer = visitor.get(path)
    told = TITLE.encode() in answer.data or (call.ref not in path and call.ref.encode() in answer.data)
    return answer.status_code == 200 and told


def planned_for_tomorrow(ports: Ports) -> tuple[Call, datetime]:
    call = calls.reviewed(ports, calls.drafted(ports, title=TITLE))
    at = ports.clock.now() + timedelta(days=1)
    perform(ports, calls.approver(ports), ports.clock.now(), planned.approve, call.id, seen=call.version, at=at)
    return calls.read(ports, call.id), at


def test_what_is_published_tomorrow_stands_at_no_public_address_today(
    app: Flask, ports: Ports, clock: StandingClock
) -> None:
    calls.published(ports)  # another one, so that no list is empty
    call, at = planned_for_tomorrow(ports)
    every = sorted(set(addresses(app, call)))
    assert len(every) > 50
    visitor = app.test_client()
    clock.set(at - timedelta(seconds=1))
    sweep.make_due(ports)
    assert [path for path in every if says(visitor, path, call)] == []
    own = [path for path in every if f"/calls/{call.ref}" in path]
    assert {path for path in own if visitor.get(path).status_code == 200} == set()
    assert TITLE not in visitor.get("/calls?q=lorries").text
    fresh = app.test_client()
    tag = fresh.get("/calls").headers["ETag"]
    clock.set(at)
    sweep.make_due(ports)
    assert [path for path in LISTS if call.ref not in visitor.get(path).text] == []
    assert fresh.get("/calls", headers={"If-None-Match": tag}).status_code == 200
    assert TITLE in visitor.get("/calls?q=lorries").text
    assert visitor.get(f"/calls/{call.ref}").status_code == 200


def test_an_approver_chooses_the_instant_and_everybody_of_the_staff_reads_it(
    app: Flask, ports: Ports, clock: StandingClock
) -> None:
    call = calls.reviewed(ports, calls.drafted(ports, title=TITLE))
    root = f"/manage/calls/{call.ref}"
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    assert officer.get(f"{root}/publish-at").status_code == 403
    assert f"{root}/publish-at" in page(approver.get(f"{root}/review"))
    at = (clock.now() + timedelta(days=2)).astimezone(UK)
    shown = page(approver.get(f"{root}/publish-at"))
    assert "becomes public by itself at the time that you choose" in words(shown)
    day = {"publish_at-day": str(at.day), "publish_at-month": str(at.month), "publish_at-year": str(at.year)}
    seen = {"seen": str(call.version)}
    page(approver.send(f"{root}/publish-at", seen), 422)
    past = {**seen, **day, "publish_at-year": str(at.year - 1), "publish_at-time": "9am"}
    assert "has passed" in words(page(approver.send(f"{root}/publish-at", past), 409))
    assert approver.send(f"{root}/publish-at", {**seen, **day, "publish_at-time": "9am"}).status_code == 303
    for who in (officer, approver):
        assert "It becomes public on" in words(page(who.get(f"{root}/review")))
    assert call.ref not in page(approver.get("/manage"))
    again = {**seen, **day, "publish_at-time": "10am"}
    assert approver.send(f"{root}/publish-at", again).status_code == 409
    back = approver.send(f"{root}/review", {"reason": "One date is wrong."}, to=f"{root}/send-back")
    assert back.status_code == 303
    assert approver.get(f"{root}/publish-at").status_code == 404
    clock.forward(days=3)
    sweep.make_due(ports)
    assert app.test_client().get(f"/calls/{call.ref}").status_code == 404
