"""Texts of officers: a small, safe part of Markdown, the same as HTML and as words."""

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as some

from procurement.rules.prose import LONGEST, html_of, plain_of

LINK = '<a class="govuk-link" href="{}" rel="noopener">{}</a>'


@pytest.mark.parametrize(
    ("text", "html", "plain"),
    [
        ("", "", ""),
        ("One\ntwo\n\nthree", "<p>One<br>two</p><p>three</p>", "One\ntwo\n\nthree"),
        ("- air\n- water", "<ul><li>air</li><li>water</li></ul>", "• air\n• water"),
        ("* air\n\n* water", "<ul><li><p>air</p></li><li><p>water</p></li></ul>", "• air\n• water"),
        ("1. first\n2. second", "<ol><li>first</li><li>second</li></ol>", "1. first\n2. second"),
        ("3. third", '<ol start="3"><li>third</li></ol>', "3. third"),
        ("- air\n  - lead", "<ul><li>air<ul><li>lead</li></ul></li></ul>", "• air\n  • lead"),
        ("- a\n\nthen", "<ul><li>a</li></ul><p>then</p>", "• a\n\nthen"),
        ("Say **why**.", "<p>Say <strong>why</strong>.</p>", "Say why."),
        ("[why]()", "<p>[why]()</p>", "[why]()"),  # no address is no link
        ("[]()", "<p>[]()</p>", "[]()"),
        (
            '[a](https://city.example "b")',
            f"<p>{LINK.format('https://city.example', 'a')} (b)</p>",
            "a (https://city.example) (b)",
        ),
        (
            "See [our rules](https://city.example/rules?a=1&b=2).",
            f"<p>See {LINK.format('https://city.example/rules?a=1&amp;b=2', 'our rules')}.</p>",
            "See our rules (https://city.example/rules?a=1&b=2).",
        ),
        (
            "[Write](mailto:help@city.example)",
            f"<p>{LINK.format('mailto:help@city.example', 'Write')}</p>",
            "Write (help@city.example)",
        ),
        ("[](https://a.b)", f"<p>{LINK.format('https://a.b', 'https://a.b')}</p>", "https://a.b"),
        # what stands as it was typed
        ("2 * 3 * 4, a_b_c, __init__, *so*", "<p>2 * 3 * 4, a_b_c, __init__, *so*</p>", None),
        ("# Title", "<p># Title</p>", None),
        ("`code` > quote", "<p>`code` &gt; quote</p>", None),
        (
            "<b>hi</b> &amp; <script>x</script>",
            "<p>&lt;b&gt;hi&lt;/b&gt; &amp;amp; &lt;script&gt;x&lt;/script&gt;</p>",
            None,
        ),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>", None),
        ("[x](data:text/html,x)", "<p>[x](data:text/html,x)</p>", None),
        ("[x](//evil.example)", "<p>[x](//evil.example)</p>", None),
        ("[x](/manage)", "<p>[x](/manage)</p>", None),
        ("C:\\path\\*", "<p>C:\\path\\*</p>", None),
        ("[x][1]\n\n[1]: https://a.b", "<p>[x][1]</p><p>[1]: https://a.b</p>", None),
    ],
)
def test_a_text_reads_as_html_and_as_words(text: str, html: str, plain: str | None) -> None:
    assert html_of(text) == html
    assert plain_of(text) == (text if plain is None else plain)


def test_a_picture_is_a_link_to_it_at_most() -> None:
    assert "<img" not in html_of("![x](https://a.b/x.png)")


def test_what_is_far_too_long_or_deep_stands_as_it_was_typed() -> None:
    long = "- a\n" * LONGEST
    assert html_of(long).startswith("<p>- a</p><p>- a</p>")
    assert plain_of(long) == long
    deep = "- " * 20 + "end"
    assert (html_of(deep), plain_of(deep)) == (f"<p>{deep}</p>", deep)


ALLOWED = {"p", "ul", "ol", "li", "strong", "br", "a"}
ATTRIBUTES = {"a": {"class", "href", "rel"}, "ol": {"start"}}
PIECES = [
    "- ",
    "1. ",
    "**",
    "[",
    "](",
    ")",
    "http://a.b",
    "javascript:x",
    "<b>",
    "&",
    "\n",
    "\n\n",
    "  ",
    "x",
    "*",
    "_",
    '"',
    "'",
    "\\",
    "`",
    "!",
    "<",
    ">",
    "#",
]


@given(some.lists(some.sampled_from(PIECES), max_size=40).map("".join) | some.text())
def test_nothing_but_the_allowed_comes_out(text: str) -> None:
    made = html_of(text)
    tree = html5lib.parseFragment(made, namespaceHTMLElements=False)
    for each in tree.iter():
        if isinstance(each.tag, str) and each.tag != "DOCUMENT_FRAGMENT":
            assert each.tag in ALLOWED
            assert set(each.attrib) <= ATTRIBUTES.get(each.tag, set())
            assert each.tag != "a" or each.attrib["href"].lower().startswith(("http:", "https:", "mailto:"))


def letters(text: str) -> str:
    return "".join(each for each in text if each.isalpha())


@given(some.text(alphabet="ab-+*_[]()\n\t <>&`!\\\"'#"))
def test_every_letter_that_was_typed_is_read(text: str) -> None:
    tree = html5lib.parseFragment(html_of(text), namespaceHTMLElements=False)
    assert letters("".join(tree.itertext())) == letters(text)
    assert letters(plain_of(text)) == letters(text)
