"""Answers to programs: validators that are digests, parts, encodings, other sites' pages; and for search engines."""

import gzip
import json
import re
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from procurement.queries import register
from procurement.rules.ports import Ports
from tests.parts.clock import StandingClock
from tests.parts.open_data import of, parsed, public_data, two_awards
from tests.parts.visitors import Visitor


@pytest.fixture
def published(ports: Ports, clock: StandingClock) -> Any:
    return two_awards(ports, clock)


# validators, parts, encodings, other sites' pages


def test_a_validator_is_the_digest_of_the_body(app: Flask, published: Any) -> None:
    visitor = Visitor(app)
    looked_at = 0
    for rule in public_data(app):
        address = of(published, rule)
        answer = visitor.get(address)
        if answer.status_code != 200:
            continue
        looked_at += 1
        tag = answer.headers["ETag"]
        assert tag == f'"{sha256(answer.data).hexdigest()}"', address
        assert visitor.get(address, headers={"If-None-Match": tag}).status_code == 304, address
        assert visitor.get(address, headers={"If-None-Match": '"other"'}).status_code == 200, address
        head = visitor.head(address)
        assert (head.status_code, head.data) == (200, b""), address
        assert (head.headers["ETag"], int(head.headers["Content-Length"])) == (tag, len(answer.data)), address
        part = visitor.get(address, headers={"Range": "bytes=2-11"})
        assert (part.status_code, part.data) == (206, answer.data[2:12]), address
        assert part.headers["Content-Range"] == f"bytes 2-11/{len(answer.data)}", address
        assert visitor.get(address, headers={"Range": "bytes=2-11", "If-Range": '"other"'}).status_code == 200, address
        beyond = visitor.get(address, headers={"Range": "bytes=99999999-"})
        assert beyond.status_code == 416, address
        packed = visitor.get(address, headers={"Accept-Encoding": "gzip"})
        if "Content-Encoding" in packed.headers:
            assert gzip.decompress(packed.data) == answer.data, address
            assert packed.headers["ETag"] == tag[:-1] + '-gzip"', address
            for known in (tag, packed.headers["ETag"]):
                again = visitor.get(address, headers={"Accept-Encoding": "gzip", "If-None-Match": known})
                assert (again.status_code, again.headers["ETag"]) == (304, known), address
    assert looked_at > 15


def test_data_says_when_its_newest_part_was_recorded_its_licence_and_what_describes_it(
    app: Flask, ports: Ports, published: Any
) -> None:
    visitor = Visitor(app)
    with ports.database.reading() as session:
        _, newest = register.version(session)
    assert newest is not None
    for form in ("csv", "json", "xlsx", "atom"):
        answer = visitor.get(f"/awards.{form}")
        assert answer.last_modified == newest.replace(microsecond=0), form
        links = ", ".join(answer.headers.getlist("Link"))
        assert 'open-government-licence/version/3/>; rel="license"' in links, form
        assert 'rel="describedby"' in links, form
    body = visitor.get("/awards.json").json
    assert {"licence", "publisher", "source", "dictionary", "edition"} <= set(body)


def test_pages_of_other_sites_may_read_public_data_and_its_refusals(app: Flask, published: Any) -> None:
    visitor, asks = Visitor(app), {"Origin": "https://journal.example"}
    addresses = [of(published, rule) for rule in public_data(app)]
    for address in (
        *addresses,
        "/awards/none.json",
        "/calls/none.json",
        "/ocds/none",
        "/data/none",
        "/notices/none.json",
    ):
        answer = visitor.get(address, headers=asks)
        assert answer.headers["Access-Control-Allow-Origin"] == "*", address
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"], address
        for header in ("if-none-match", "x-anything, range", "Authorization"):
            preflight = visitor.options(
                address,
                headers={
                    **asks,
                    "Access-Control-Request-Method": "GET",
                    "Access-Control-Request-Headers": header,
                },
            )
            assert preflight.status_code == 204, address
            assert preflight.headers["Access-Control-Allow-Origin"] == "*", address
            assert preflight.headers["Access-Control-Allow-Headers"] == header, address
            assert "GET" in preflight.headers["Access-Control-Allow-Methods"], address
    for page in ("/", "/calls", "/sign-in", "/manage/calls/x/applications.csv", "/applications/x/slot.ics"):
        assert "Access-Control-Allow-Origin" not in visitor.get(page, headers=asks).headers, page


@pytest.mark.parametrize(
    "address", ["/awards.json", "/awards.csv", "/calls", "/data/dictionary.json", "/awards/none.json"]
)
@pytest.mark.parametrize(
    ("accepts", "encoded"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("x-gzip", True),
        ("GZIP", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip;q=0.0, *", False),
        ("br, deflate", False),
        ("*;q=0, gzip", True),
        ("identity;q=0, gzip", True),
        ("identity;q=0, *", True),
        ("gzip;q=0.5, identity", False),
        ("gzip;q=0.5, identity;q=0.2", True),
        ("identity;q=0", None),
        ("*;q=0", None),
        ("gzip;q=0, identity;q=0", None),
    ],
)
def test_an_answer_is_encoded_as_whoever_asks_takes_it(
    app: Flask, published: Any, address: str, accepts: str | None, encoded: bool | None
) -> None:
    answer = Visitor(app).get(address, headers={} if accepts is None else {"Accept-Encoding": accepts})
    if encoded is None:
        assert answer.status_code == 406
        return
    short = address == "/awards/none.json"
    must = accepts in ("*;q=0, gzip", "identity;q=0, gzip", "identity;q=0, *")
    assert (answer.headers.get("Content-Encoding") == "gzip") is (encoded and (must or not short))
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_what_is_already_packed_is_encoded_only_where_nothing_else_is_taken(app: Flask, published: Any) -> None:
    visitor = Visitor(app)
    plain = visitor.get("/awards.xlsx")
    assert "Content-Encoding" not in visitor.get("/awards.xlsx", headers={"Accept-Encoding": "gzip"}).headers
    must = visitor.get("/awards.xlsx", headers={"Accept-Encoding": "gzip, identity;q=0"})
    assert gzip.decompress(must.data) == plain.data


# whoever looks for what there is


def test_search_engines_find_every_page_and_each_says_its_address(app: Flask, published: Any) -> None:
    visitor = Visitor(app)
    robots = visitor.get("/robots.txt").text
    assert "Sitemap: http://localhost/sitemap.xml" in robots
    index = parsed(visitor.get("/sitemap.xml").data)
    lists = [each.text for each in index.iter() if each.tag.endswith("loc")]
    assert lists == ["http://localhost/sitemaps/1.xml", "http://localhost/sitemaps/2.xml"]
    found = [
        str(each.text)
        for address in lists
        for each in parsed(visitor.get(urlsplit(str(address)).path).data).iter()
        if each.tag.endswith("loc")
    ]
    assert len(found) == len(set(found))
    refused = re.findall(r"Disallow: (\S+)", robots)
    for address in found:
        path = urlsplit(address).path
        page = visitor.get(path)
        assert page.status_code == 200, path
        assert f'<link rel="canonical" href="{address}">' in page.text, path
        assert not path.startswith(tuple(refused)), path
    award = f"{published.ref.lower()}-a1"
    assert {f"http://localhost/{each}" for each in (f"awards/{award}", "notices", f"calls/{published.ref}")} <= set(
        found
    )
    assert visitor.get("/sitemaps/3.xml").status_code == 404
    assert 'href="/notices"' in visitor.get("/").text


def test_pages_say_to_search_engines_what_they_are_about(app: Flask, published: Any) -> None:
    visitor = Visitor(app)

    def linked(path: str) -> Any:
        return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', visitor.get(path).text)[1])  # type: ignore[index]

    catalogue = linked("/data")
    assert {each["@type"] for each in catalogue["dataset"]} == {"Dataset"}
    for each in catalogue["dataset"]:
        for form in each["distribution"]:
            answer = visitor.get(urlsplit(form["contentUrl"]).path)
            assert answer.status_code == 200 or "360" in form["contentUrl"]
    award = linked(f"/awards/{published.ref.lower()}-a1")
    assert (award["@type"], award["price"], award["seller"]["name"]) == ("BuyAction", 10_000, "Aston Sensors")


def test_whoever_finds_a_weakness_finds_whom_to_tell(app: Flask) -> None:
    text = Visitor(app).get("/.well-known/security.txt").text
    assert "Contact: mailto:help@" in text
    assert "Expires: 2027-10-31T23:59:59Z" in text
