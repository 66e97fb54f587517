"""The addresses of the open data, as the service lists them, filled in with what is there."""

import re
from typing import Any
from xml.etree import ElementTree as Xml

from flask import Flask
from werkzeug.routing import Rule

from procurement.rules.ports import Ports
from tests.parts.clock import StandingClock
from tests.services.test_publishing import changed, published_challenge

DATA = re.compile(r"/(ocds|data|sitemaps|\.well-known)/|\.(json|csv|xlsx|atom|ics|xml)$|/robots\.txt")
PRIVATE = ("/applications/", "/manage/", "/admin/", "/<any(applications, bids)", "/bids/", "/assess/", "/kept/")
PROBLEM = "application/problem+json"


def two_awards(ports: Ports, clock: StandingClock) -> Any:
    """A call with two awards in standstill, one confirmed since."""
    call, awards = published_challenge(ports, clock, "Aston Sensors", "@Home Care CIC")
    clock.forward(days=15)
    changed(ports, awards[0], "confirmed")
    return call


def parsed(body: bytes) -> Any:
    return Xml.fromstring(body)  # noqa: S314  (our own)


def filled(rule: Rule, **known: str) -> str:
    """An address of a route: what is known of its parts, a number where one is due, else nobody."""

    def part(found: re.Match[str]) -> str:
        kind, _, name = found[1].rpartition(":")
        if kind.startswith("any("):
            return kind[4:-1].split(",")[0]
        return known.get(name, "1" if kind == "int" else "nobody")

    return re.sub(r"<([^>]+)>", part, rule.rule)


def public_data(app: Flask) -> list[Rule]:
    found = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and DATA.search(filled(rule)) and not rule.rule.startswith(PRIVATE)
    ]
    assert len(found) > 20
    return found


def of(call: Any, rule: Rule) -> str:
    award = f"{call.ref.lower()}-a1"
    notice = f"{call.ref.lower()}-uk6-1"
    return filled(rule, ref=call.ref, public_id=notice if "/notices/" in rule.rule else award, ocid="nobody")
