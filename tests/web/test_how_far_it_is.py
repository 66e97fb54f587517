"""The page on which an officer reads how far many letters and messages are, with and without script."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.rules.ports import Ports
from tests.parts import calls, outcomes, people
from tests.parts.pages import read
from tests.services.test_slices import SIZE, decided

ALL = 2 * SIZE  # with the summaries
FAILED = "A text in this document is longer than 60,000 characters."


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def going(html: str) -> int:
    """How many messages there are to be, none of which has gone."""
    (total,) = re.findall(r"0 of (\d+) messages have gone\.", words(html))
    return int(total)


def some_made(ports: Ports, made: int, failed: int) -> None:
    """So many letters are there, so many could not be made, and the others wait."""

    def change(session: Session) -> None:
        rows = session.scalars(select(Document).where(Document.kind.endswith("letter")).order_by(Document.id)).all()
        for number, row in enumerate(rows[: made + failed]):
            if number < made:
                row.state, row.digest, row.size, row.made_at = "ready", "0" * 64, 1, ports.clock.now()
            else:
                row.state, row.error = "failed", FAILED

    ports.database.write(change)


def root(call: Call) -> str:
    return f"/manage/calls/{call.ref}/stages/application"


def test_the_page_says_how_far_the_letters_are_and_what_to_do(app: Flask, ports: Ports) -> None:
    call = decided(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    page = officer.get(f"{root(call)}/tell")
    assert f"0 of {ALL} letters and summaries are made." in words(page.text)
    assert read(page).all(f'[data-poll="{root(call)}/documents/progress/letters"] progress')
    assert read(page).all(f'a[href="{root(call)}/tell"]')  # to look again without script
    outcomes.parts_made(ports)
    some_made(ports, made=12, failed=3)
    page = officer.get(f"{root(call)}/tell")
    said = f"12 of {ALL} letters and summaries are made. 3 could not be made."
    assert said in words(page.text)
    assert words(page.text).count(FAILED) == 3  # which are listed, and no other
    asked = officer.get(f"{root(call)}/documents/progress/letters").json
    assert asked == {"finished": False, "text": said, "done": 12, "total": ALL}
    listed = officer.get(f"{root(call)}/documents")
    assert "3 documents could not be made. Try again." in words(listed.text)
    assert read(listed).all(f'a[href="{root(call)}/documents?page=3"]')
    assert len(listed.data) < 300_000
    answer = officer.send(f"{root(call)}/documents", {}, to=f"{root(call)}/documents/retry")
    assert (answer.status_code, answer.location) == (303, f"{root(call)}/documents")
    assert "3 are being made again." in words(officer.get(answer.location).text)
    assert "could not be made" not in officer.get(f"{root(call)}/documents/progress/letters").json["text"]


def test_it_stops_asking_once_all_are_made(app: Flask, ports: Ports) -> None:
    call = decided(ports)
    outcomes.made_ready(ports, call)
    officer = people.signed_in(app, ports, calls.officer(ports))
    asked = officer.get(f"{root(call)}/documents/progress/letters").json
    assert (asked["finished"], asked["done"], asked["total"]) == (True, ALL, ALL)
    page = officer.get(f"{root(call)}/tell")
    assert not read(page).all("[data-poll]")
    assert "Tell every applicant now" in page.text
    assert officer.send(f"{root(call)}/tell").status_code == 303
    told = officer.get(f"{root(call)}/outcomes")
    before = going(told.text)
    assert before > SIZE  # with those to the assessors
    assert read(told).all(f'[data-poll="{root(call)}/documents/progress/messages"]')
    outcomes.parts_made(ports)
    assert going(officer.get(f"{root(call)}/outcomes").text) == before  # what is put off was counted


@pytest.mark.parametrize("makes", ["nothing", "letters;"])
def test_there_is_no_progress_of_anything_else(makes: str, app: Flask, ports: Ports) -> None:
    call = decided(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    assert officer.get(f"{root(call)}/documents/progress/{makes}").status_code == 404


def test_an_assessor_and_a_stranger_learn_nothing_of_it(app: Flask, ports: Ports) -> None:
    call = decided(ports)
    assessor = people.signed_in(app, ports, calls.staff(ports, "reader@city.example", "assessor"))
    for page in ("documents/progress/letters", "documents"):
        assert assessor.get(f"{root(call)}/{page}").status_code in (403, 404)
    assert assessor.send("/account", {}, to=f"{root(call)}/documents/retry").status_code in (403, 404)
