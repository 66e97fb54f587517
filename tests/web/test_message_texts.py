"""The text of a message on a page: paragraphs flow, our link is a link, and one that lets somebody in may be hidden."""

from procurement.web.parts.message_texts import lines_of

BODY = """\
Dear Ana,

Please confirm that this address is yours, so that you can use
your account.

  http://localhost/register/confirm/a-secret_1

* one
* two

  ----------------------------------------------------------------------

Questions? Write to help@city.example.
"""


def test_paragraphs_flow_and_our_link_is_a_link() -> None:
    assert lines_of(BODY, "http://localhost", secrets=True) == [
        ("Dear Ana,", ""),
        ("", ""),
        ("Please confirm that this address is yours, so that you can use your account.", ""),
        ("", ""),
        ("http://localhost/register/confirm/a-secret_1", "/register/confirm/a-secret_1"),
        ("", ""),
        ("* one", ""),
        ("* two", ""),
        ("", ""),
        ("————————", ""),
        ("", ""),
        ("Questions? Write to help@city.example.", ""),
        ("", ""),
    ]


def test_a_link_that_lets_somebody_in_is_hidden() -> None:
    shown = lines_of(BODY, "http://localhost", secrets=False)
    assert ("http://localhost/…", "") in shown
    assert not [text for text, _ in shown if "a-secret" in text]


def test_a_link_elsewhere_is_never_one() -> None:
    line = "  http://localhost.evil.example/register"
    assert lines_of(line, "http://localhost", secrets=True) == [(line, ""), ("", "")]
