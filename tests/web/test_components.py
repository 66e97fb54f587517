"""Every component is valid, labelled and quiet: it holds no style, no script and no text that was not escaped."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from procurement.config import PROJECT_ROOT
from tests.web.gallery import EXAMPLES, make_app

COMPONENTS = PROJECT_ROOT / "templates" / "_components"
# the files behind ui.html; a page may import others for itself
FRONTED = [COMPONENTS / f"{name}.html" for name in ("actions", "fields", "notices", "lists", "figures")]
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "data-reveals")
ERRORS = sorted(path.stem for path in (PROJECT_ROOT / "templates" / "errors").glob("*.html"))
FILLED = {
    "title": "Cleaner air",
    "email": "Priya@Example.org",
    "secret": "correct horse",
    "problem": "Too many cars",
    "answer": "one two three four five six",
    "amount": "£1,234.50",
    "people": "1 2",
    "kind": "b",
    "vat": "no",
    "themes": ["h", "m"],
    "ward": "n",
    "start-day": "1",
    "start-month": "march",
    "start-year": "2027",
    "closes-day": "12",
    "closes-month": "3",
    "closes-year": "2027",
    "closes-time": "12 noon",
    "agree": "y",
    "version": "3",
}


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def parsed(html: str) -> Element:
    """The page's tree; what is not valid HTML is an error."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def attributes(page: Element, name: str) -> Iterator[str]:
    return (each.attrib[name] for each in page.iter() if name in each.attrib)


def faults(html: str) -> list[str]:
    """What is wrong with a page that a reader of the source could see."""
    page = parsed(html)
    ids = list(attributes(page, "id"))
    found = [f"id {each} twice" for each in sorted({each for each in ids if ids.count(each) > 1})]
    found += [
        f"{name} to {each}"
        for name in REFERENCES
        for value in attributes(page, name)
        for each in value.split()
        if each not in ids
    ]
    found += [f"style {each}" for each in attributes(page, "style")]
    found += [f"{name} is inline" for each in page.iter() for name in each.attrib if name.startswith("on")]
    found += ["an inline script" for each in page.iter("script") if (each.text or "").strip()]
    found += ["an inline style" for _ in page.iter("style")]
    labelled = set(attributes(page, "for"))
    inputs = [each for kind in ("input", "select", "textarea") for each in page.iter(kind)]
    found += [
        f"{each.attrib.get('name')} has no label"
        for each in inputs
        if each.attrib.get("type") != "hidden" and each.attrib.get("id") not in labelled
    ]
    headings = len(list(page.iter("h1")))
    return found + ([f"{headings} h1"] if headings != 1 else [])


def test_every_component_has_an_example_here_and_a_line_in_the_list(app: Flask) -> None:
    with app.test_request_context():
        exported = app.jinja_env.get_template("_components/ui.html").module
    files = {path.stem for path in FRONTED}
    names = {name for name in vars(exported) if not name.startswith("_")} - files
    assert names == set(EXAMPLES)
    listed = set(re.findall(r"`([a-z_]+)[`(]", (COMPONENTS / "README.md").read_text()))
    assert sorted(names - listed) == []


def test_every_public_macro_is_reached_through_the_one_import(app: Flask) -> None:
    written = set()
    for path in FRONTED:
        written |= set(re.findall(r"macro ([a-z][a-z_]*)\(", path.read_text()))
    assert written == set(EXAMPLES)


@pytest.mark.parametrize("name", [*EXAMPLES, "gallery"])
def test_a_component_is_valid_html_with_ids_labels_and_no_style(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/show/{name}")
    assert (answer.status_code, faults(answer.text)) == (200, [])


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_is_valid_and_has_one_heading(client: FlaskClient, name: str) -> None:
    assert faults(client.get(f"/errors/{name}").text) == []


def test_the_frame_has_its_landmarks_in_order(client: FlaskClient) -> None:
    page = parsed(client.get("/show/gallery").text)
    body = page.find("body")
    assert body is not None
    first = next(body.iter("a")).attrib["href"]
    landmarks = [each.tag for each in body.iter() if each.tag in {"header", "main", "footer"}]
    assert (first, landmarks) == ("#main-content", ["header", "main", "footer"])
    assert [each.text for each in page.iter("title")] == ["Gallery – Looks – Thousand Trades"]


def test_nothing_on_a_page_comes_from_elsewhere(client: FlaskClient) -> None:
    page = parsed(client.get("/show/gallery").text)
    taken = [*attributes(page, "src"), *(each.attrib["href"] for each in page.iter("link"))]
    assert [each for each in taken if not each.startswith("/static/")] == []


@pytest.mark.parametrize(
    "example",
    [
        "{{ ui.button(x) }}",
        "{{ ui.link(x, x) }}",
        "{{ ui.input('a', x, x, hint=x, errors=[x]) }}",
        "{{ ui.textarea('a', x, x) }}",
        "{{ ui.radios('a', x, [(x, x, x)]) }}",
        "{{ ui.select('a', x, [(x, x)]) }}",
        "{{ ui.error_summary([(x, x)]) }}",
        "{{ ui.notification_banner(x, id='i') }}",
        "{{ ui.panel(x, x, x) }}",
        "{{ ui.summary_list([(x, x, (x, x, x))]) }}",
        "{{ ui.table(x, [x], [(x,)], id='t') }}",
        "{{ ui.bars('b', x, [(x, 1, x)], x, x, line={'value': 1, 'text': x}) }}",
        "{{ ui.text_diff(x|text_diff('b')) }}",
        "{{ ui.card(x, x, x, [(x, x)]) }}",
        "{{ ui.typed_text(x) }}",
        "{{ ui.digest(x, x, id='d') }}",
        "{{ ui.tag(x) }}",
        "{{ ui.timeline([{'title': x, 'when': x, 'text': x}]) }}",
        "{{ ui.empty_state(x, x, (x, x)) }}",
    ],
)
def test_what_people_typed_never_becomes_markup(app: Flask, example: str) -> None:
    hostile = '"\'><script>x</script><b style="x" onclick="y">'
    with app.test_request_context():
        source = '{% import "_components/ui.html" as ui %}' + example
        html = app.jinja_env.from_string(source).render(x=hostile)
    page = html5lib.parseFragment(html, namespaceHTMLElements=False)
    kinds = {each.tag for each in page.iter()}
    assert kinds & {"script", "b"} == set()
    assert [name for each in page.iter() for name in each.attrib if name in {"style", "onclick"}] == []


# forms


def post(client: FlaskClient, **changes: Any) -> Any:
    from io import BytesIO

    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/form").text)[0]
    data = {**FILLED, "plan": (BytesIO(b"%PDF"), "plan.pdf"), "csrf_token": token, **changes}
    return client.post("/form", data={key: value for key, value in data.items() if value is not None})


def summary(html: str) -> list[tuple[str, str]]:
    """The lines of the error summary: text and where it links."""
    page = parsed(html)
    lists = [each for each in page.iter("ul") if "govuk-error-summary__list" in each.attrib.get("class", "")]
    return [("".join(link.itertext()), link.attrib["href"]) for each in lists for link in each.iter("a")]


def test_an_empty_form_names_each_field_once_and_links_to_its_first_input(client: FlaskClient) -> None:
    answer = post(client, **dict.fromkeys(FILLED), plan=None)
    assert faults(answer.text) == []
    assert summary(answer.text) == [
        ("Enter the title", "#title"),
        ("Enter your email address", "#email"),
        ("Enter your password", "#secret"),
        ("Enter the amount", "#amount"),
        ("Select the kind", "#kind"),
        ("Select yes if you are registered", "#vat"),
        ("Select a theme", "#themes"),
        ("Enter the day", "#start-day"),
        ("Enter when it closes", "#closes-day"),
        ("Confirm that you agree", "#agree"),
        ("Choose a file", "#plan"),
    ]
    ids = set(attributes(parsed(answer.text), "id"))
    assert [href for _, href in summary(answer.text) if href[1:] not in ids] == []
    assert "<title>Error: Gallery" in answer.text


def test_a_right_form_is_sent(client: FlaskClient) -> None:
    assert post(client, people="12").text == "sent"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"title": "x" * 81}, ("“Title” is 1 character too long. Shorten it to 80 characters or fewer.", "#title")),
        ({"email": "nobody"}, ("Enter an email address in the correct format, like name@example.com", "#email")),
        (
            {"problem": "a b c d e f g"},
            ("“The problem” is 2 words too long. Shorten it to 5 words or fewer.", "#problem"),
        ),
        ({"problem": "a"}, ("“The problem” is 1 word too short. Write 2 words or more.", "#problem")),
        ({"amount": "lots"}, ("Amount – Enter an amount in pounds, like 25000 or 1,234.50", "#amount")),
        ({"amount": "100000.01"}, ("Amount – Enter something between £0 and £100,000", "#amount")),
        ({"people": "1.5"}, ("People – Enter a whole number, like 12", "#people")),
        ({"people": "251"}, ("People – Enter something between 0 and 250", "#people")),
        ({"kind": "z"}, ("Select one of the options", "#kind")),
        ({"vat": "maybe"}, ("VAT – Select one of the options", "#vat")),
        ({"themes": ["m", "z"]}, ("Select from the options that are listed", "#themes")),
        (
            {"start-day": "31", "start-month": "2"},
            ("Start – There is no such day: check the day and the month.", "#start-day"),
        ),
        ({"start-year": ""}, ("Start – This must also have a year.", "#start-year")),
        ({"closes-time": "soon"}, ("Closes – Enter a time, like 12 noon or 5:30pm.", "#closes-time")),
        (
            {"closes-day": "28", "closes-time": "1:30am"},
            (
                "Closes – The clocks go forward on Sunday 28 March 2027 and skip this time. Enter 2am or later.",
                "#closes-time",
            ),
        ),
    ],
)
def test_a_wrong_value_is_named_kept_and_linked(
    client: FlaskClient, changes: dict[str, Any], line: tuple[str, str]
) -> None:
    answer = post(client, **{"people": "12", **changes})
    assert summary(answer.text) == [line]
    page = parsed(answer.text)
    kept = {
        each.attrib["name"]: each.attrib.get("value", "")
        for each in page.iter("input")
        if each.attrib.get("type") in {"text", "email"}
    }
    kept |= {each.attrib["name"]: each.text or "" for each in page.iter("textarea")}
    sent = {**FILLED, "people": "12", **changes}
    sent["email"] = sent["email"].lower()
    assert {name: value.strip() for name, value in kept.items()} == {name: sent[name] for name in kept}
    assert [
        each.attrib["value"]
        for each in page.iter("input")
        if each.attrib.get("type") == "password" and "value" in each.attrib
    ] == []


def test_a_forged_token_is_refused_and_a_tampered_version_is_stale(app: Flask) -> None:
    from tests.web.gallery import Sample

    client = app.test_client()
    client.get("/form")
    assert client.post("/form", data={**FILLED, "csrf_token": "forged"}).status_code == 400
    with app.test_request_context("/form", method="POST", data={"version": "3; drop"}):
        assert Sample().version.data == 0


def test_the_stale_page_offers_both_texts_and_keeps_everything_else_that_was_sent(client: FlaskClient) -> None:
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/form").text)[0]
    data = {"csrf_token": token, "answer": "ours <b>", "version": "7", "done": "yes"}
    answer = client.post("/errors/stale", data=data)
    assert faults(answer.text) == []
    forms = [each for each in parsed(answer.text).iter("form") if each.attrib.get("action") != "/sign-out"]
    sent = [{each.attrib["name"]: each.attrib["value"] for each in form.iter("input")} for form in forms]
    assert [{name: value for name, value in form.items() if name != "csrf_token"} for form in sent] == [
        {"version": "8", "done": "yes", "answer": "ours <b>"},
        {"version": "8", "done": "yes", "answer": "ours <b>"},
    ]


def test_no_stylesheet_or_script_of_ours_reaches_elsewhere() -> None:
    ours = [path for folder in ("css", "js") for path in (PROJECT_ROOT / "static" / folder).iterdir()]
    elsewhere = re.compile(r"https?://|@import|\beval\b|\.style\b|url\(")
    assert [path.name for path in ours if elsewhere.search(path.read_text())] == []


def test_the_list_of_files_is_current() -> None:
    readme = (PROJECT_ROOT / "static" / "README.md").read_text()
    listed = set(re.findall(r"^\| `([^`]+)`", readme, re.MULTILINE))
    own = {
        path.relative_to(PROJECT_ROOT / "static").as_posix()
        for folder in ("css", "js", "images")
        for path in (PROJECT_ROOT / "static" / folder).iterdir()
    }
    assert listed == own


def test_the_dress_is_within_its_weight() -> None:
    build = PROJECT_ROOT / "static" / "build"
    weights = {f"app{path.suffixes[-2]}": path.stat().st_size for path in Path(build).glob("app.*.gz")}
    over = {name: size for name, size in weights.items() if size > {"app.css": 18_000, "app.js": 14_000}[name]}
    assert (sorted(weights), over) == (["app.css", "app.js"], {})
