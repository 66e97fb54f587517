"""Who is named on a contract award notice: by which numbers, at which address, and what must be known of them."""

from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.documents import Document
from procurement.models.people import SOLE_TRADER
from procurement.models.register import RegisterAward, Release
from procurement.queries import awards as awards_queries
from procurement.rules.ports import Ports
from procurement.services import notices
from procurement.services.act import perform
from tests.parts import calls, outcomes
from tests.parts.pages import read as parsed
from tests.parts.people import signed_in


def test_suppliers_are_named_by_every_register_and_no_home_is_shown(ports: Ports, app: Flask) -> None:
    call = outcomes.told(ports)
    outcomes.addressed(ports, call)

    def enter(session: Session) -> None:
        """Firm A works at home; Firm B is Irish, with a number of its own, and has no postcode."""
        for award in awards_queries.of_call(session, call.id):
            firm = award.application.organisation
            firm.company_number = None
            if firm.name == "Firm A":
                firm.kind, firm.charity_number = SOLE_TRADER, "SC012345"
                firm.register, firm.register_number = "GB-PPON", "PXWM-1234-ABCD"
            else:
                firm.country, firm.postcode, firm.register, firm.register_number = "IE", "", "IE-CRO", "123456"

    ports.database.write(enter)
    officer, now = calls.officer(ports), ports.clock.now()
    notice = perform(ports, officer, now, notices.draft, call.id)
    page = parsed(signed_in(app, ports, officer).get(f"/manage/calls/{call.ref}/notices")).words
    assert "Firm A Birmingham, B4 £" in page
    assert "Firm B 1 Curzon Street, Birmingham, Ireland £" in page
    outcomes.publish(ports, notice)
    with ports.database.reading() as session:
        said = session.scalars(select(Document.content).where(Document.kind == "uk6_notice")).one()
        numbers = dict(session.execute(select(RegisterAward.organisation, RegisterAward.organisation_number)).all())
        tags = set(session.scalars(select(Release.tag)))
    suppliers: dict[str, Any] = {each["suppliers"][0]["name"]: each["suppliers"][0] for each in said["lots"]}
    assert suppliers["Firm A"]["address"] == ["Birmingham", "B4"]
    assert suppliers["Firm A"]["identifiers"] == [
        {"name": "Charity number (Scottish Charity Register)", "value": "SC012345"},
        {"name": "Public Procurement Organisation Number (PPON)", "value": "PXWM-1234-ABCD"},
    ]
    assert suppliers["Firm B"]["address"] == ["1 Curzon Street", "Birmingham", "Ireland"]
    assert numbers == {"Firm A": "SC012345", "Firm B": "123456"}
    assert said["bought"].startswith("73000000-2: Research and development services")
    assert said["place"] == "Anywhere in the area of Birmingham City Council"
    assert tags == {"tender", "award"}
