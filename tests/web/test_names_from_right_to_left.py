"""Names that run from right to left are isolated wherever they stand: on pages, in sentences, in mail, in documents."""

from flask import render_template_string
from flask_babel import gettext, ngettext

from procurement.rules.bidi import FIRST_STRONG, POP, as_elements, isolated, isolated_values
from procurement.rules.messages import MESSAGE_KINDS, cleaned
from procurement.web.filters import sentence
from tests.parts.people import firm, signed_in
from workflows.facts import Sentence

NAME = "شركة البناء 2027"
APART = f"{FIRST_STRONG}{NAME}{POP}"
ELEMENT = f"<bdi>{NAME}</bdi>"


def test_a_name_is_isolated_on_a_page_and_sent_back_as_it_was_typed(app, ports):
    lead, organisation = firm(ports, NAME, "lead@firm.example", company_number="01234567")
    visitor = signed_in(app, ports, lead)
    page = visitor.get(f"/account/organisations/{organisation.ref}").text
    assert ELEMENT in page
    assert NAME not in page.replace(ELEMENT, "").replace(APART, "")
    edited = visitor.get(f"/account/organisations/{organisation.ref}/edit").text
    assert f'value="{NAME}"' in edited
    fields = {"name": NAME, "kind": "company", "size": "micro", "company_number": "01234567", "version": "1"}
    place = {"town": "لندن", "postcode": "B1 1BB"}
    assert visitor.send(f"/account/organisations/{organisation.ref}/edit", {**fields, **place}).status_code == 303
    assert ELEMENT in visitor.get("/account").text


def test_whatever_a_template_prints_or_a_sentence_is_filled_with_is_isolated(app):
    text = (
        '<title>{{ name }}</title><p title="{{ name }}">{{ name }}: 3</p>'
        '{{ _("%(name)s has %(count)s bids", name=name, count=3) }}'
        "{% trans name=name %}Ask {{ name }}{% endtrans %}"
        '{{ ngettext("%(num)s of %(name)s", "%(num)s of %(name)s", 3, name=name) }}'
        '<textarea>{{ name }}</textarea><input value="{{ name }}">'
        "{{ plain }} {{ markup }}"
    )
    with app.test_request_context("/"):
        shown = render_template_string(text, name=NAME, plain="Plain <Ltd>", markup=None)
        assert shown == (
            f'<title>{APART}</title><p title="{APART}">{ELEMENT}: 3</p>{ELEMENT} has 3 bidsAsk {ELEMENT}3 of {ELEMENT}'
            f'<textarea>{NAME}</textarea><input value="{NAME}">Plain &lt;Ltd&gt; None'
        )
        assert gettext("Ask %(name)s", name=NAME) == f"Ask {APART}"
        assert ngettext("%(num)s of %(name)s", "%(num)s of %(name)s", 3, name=NAME) == f"3 of {APART}"
        assert sentence(Sentence("Ask %(name)s (3).", name=NAME)) == f"Ask {APART} (3)."


def test_a_name_is_isolated_in_a_message_and_brings_no_turn_of_its_own():
    fields = dict.fromkeys(MESSAGE_KINDS["invited_to_team"].fields, "x") | {
        "organisation": f"\u202e{NAME}",
        "by": "Ann",
    }
    values = cleaned("invited_to_team", fields)
    assert (values["organisation"], values["by"]) == (APART, "Ann")


def test_isolating_is_done_once_line_by_line_and_only_where_needed():
    assert isolated(APART) == APART
    assert isolated("Łódź 伯明翰 Ltd") == "Łódź 伯明翰 Ltd"
    assert isolated(f"{NAME}\nplain") == f"{APART}\nplain"
    assert isolated_values({"a": [NAME, 3, None], "b": "plain"}) == {"a": [APART, 3, None], "b": "plain"}
    assert as_elements("<p>plain</p>") == "<p>plain</p>"
