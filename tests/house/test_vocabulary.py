"""One vocabulary (docs/glossary.md): words that nothing which people read may use, looked for where they stand."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from procurement.config import PROJECT_ROOT
from procurement.rules.starters.fund import FUND
from procurement.services.effects.letter_words import Words

TEMPLATES = PROJECT_ROOT / "templates"
SPOKEN = re.compile(r"""(?:_|gettext)\(\s*((?:"[^"]*"[\s,]*)+)""")
SET = re.compile(r"{%-?\s*trans\b[^%]*%}(.*?){%-?\s*endtrans", re.S)
TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.S)

# What is no word at all, wherever people read it.
EVERYWHERE = {
    r"\b[Ss]ubmited|[Rr]ecieve|[Ss]eperate|[Oo]ccured\b": "the right spelling",
    r"\b[Oo]rganization|[Aa]uthoriz|[Pp]rogram\b": "British English",
    r"[a-z]{2}\.[A-Z][a-z]+ [a-z]": "a space between two sentences",
}
TABLE = "## One word on pages"
# Where law, a standard or a released document says it otherwise: a word, and the beginnings of what it stands in.
OTHERWISE = {
    "attachment": ("attachment; filename",),  # a header of HTTP
    "bids": ("OCDS bids/", "Numbers of tenders"),
    "competition": ("Competition law infringements", "Potential competition infringements"),
    "computed": ("How the end was computed:", "How the end of the standstill was computed:"),  # released templates
    "e-mail": ("E-mail address",),  # the same: assessment summaries
    "notification": ("This grant is proposed as minimal financial assistance (Subsidy Control Act 2022 section 36)",),
    "scored": ("The criteria and how they were scored",),  # Procurement Regulations 2024 reg. 31
    "scores": ("Scores and total",),
}
CALLS = {"_", "_l", "gettext", "lazy_gettext", "ngettext", "Sentence", "plural", "Fact"}
# What an applicant is written: of a tender, a proposal or an application, each by its own noun.
IN_DOCUMENTS = {
    r"\bRequested\b": "Dated",
    r"\bYours faithfully\b": "Yours sincerely, to somebody who is named",
    r"\bApprover\b|\bOfficer\b": "the authority: a role is no post",
    r"\b[Bb]ids?\b": "the noun of what was handed in",
    r"\b[Ff]unded\b": "the award, by its own name",
}


def spoken(path: Path) -> Iterator[str]:
    """What a template says in words of its own."""
    text = path.read_text()
    for found in SPOKEN.finditer(text):
        yield from (" ".join(each.split()) for each in _texts(found[1].strip(", \n")))
    for found in SET.finditer(text):
        yield " ".join(TAG.sub(" x ", found[1]).split())


def _texts(written: str) -> tuple[str, ...]:
    """One text, or the two of a plural."""
    said = ast.literal_eval(f"({written},)")
    return tuple(said)


def today_s_documents() -> list[Path]:
    """Templates of documents that are made today: not those that only lay out what was made before."""
    room = TEMPLATES / "documents"
    return [*room.glob("*/document.html"), room / "_dated.html", room / "_letter.html", room / "_marked.html"]


def listed() -> dict[str, str]:
    """The words that the glossary's table says not to use, each with what it says instead."""
    rows = (PROJECT_ROOT / "docs" / "glossary.md").read_text().partition(TABLE)[2].splitlines()
    cells = [row.strip("| ").split(" | ", 1) for row in rows if row.startswith("| `")]
    return {word: instead for wrong, instead in cells for word in re.findall(r"`([^`]+)`", wrong)}


def said_by_code() -> Iterator[tuple[str, str]]:
    """Where, and what: every text of Python that is for people, whole, and the words of the catalogue's states."""
    for folder in ("procurement", "workflows"):
        for path in sorted((PROJECT_ROOT / folder).rglob("*.py")):
            if "seeding" in path.parts:
                continue  # what officers of the demonstration wrote
            name = path.relative_to(PROJECT_ROOT).as_posix()
            yield from ((name, text) for text in texts_in(ast.parse(path.read_text())))
    for path in sorted((PROJECT_ROOT / "workflows" / "catalogue").glob("*.toml")):
        for found in re.findall(r'(?:title|public|outcome) = "([^"]+)"', path.read_text()):
            yield path.name, found


def texts_in(tree: ast.AST) -> Iterator[str]:
    """Texts that a call for translation, a `Sentence` or a fact of a document is given, and whole sentences."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in CALLS:
            given = (*node.args, *(each.value for each in node.keywords))
            yield from (each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str))
        elif isinstance(node, ast.JoinedStr):
            parts = [str(each.value) if isinstance(each, ast.Constant) else "x" for each in node.values]
            if "".join(parts).count(" ") > 1:
                yield "".join(parts)


def said_by_templates() -> Iterator[tuple[str, str]]:
    """The same of templates, but for those that only lay out what was made before."""
    old = {path for path in (TEMPLATES / "documents").rglob("[0-9]*/document.html")}
    for path in sorted(TEMPLATES.rglob("*.*")):
        if path.suffix in {".html", ".txt"} and path not in old:
            yield from ((path.relative_to(TEMPLATES).as_posix(), text) for text in spoken(path))


SAID = [*said_by_templates(), *said_by_code()]


def test_the_texts_are_found() -> None:
    assert len(SAID) > 4000
    assert len(listed()) > 40
    (told,) = texts_in(ast.parse('raise Refusal(Sentence("No bid", a=1))'))
    assert told == "No bid"


@pytest.mark.parametrize("wrong", listed())
def test_nothing_that_people_read_uses_a_word_that_the_glossary_does_not(wrong: str) -> None:
    unless = "(?! address)" if wrong.endswith(" email") else ""
    word = re.compile(rf"(?<![\w-]){re.escape(wrong)}(?![\w-]){unless}", 0 if wrong.isupper() else re.I)
    kept = OTHERWISE.get(wrong, ())
    found = [
        f"{where}: {text}"
        for where, text in SAID
        if word.search(re.sub(r"%\(\w+\)s", "x", text)) and not text.startswith(kept)
    ]
    assert found == [], f"say {listed()[wrong]}"


@pytest.mark.parametrize("wrong", EVERYWHERE)
def test_no_template_is_written_otherwise(wrong: str) -> None:
    assert [f"{where}: {text}" for where, text in said_by_templates() if re.search(wrong, text)] == []


@pytest.mark.parametrize("wrong", IN_DOCUMENTS)
def test_no_document_speaks_to_an_applicant_of_bids_and_roles(wrong: str) -> None:
    found = [
        f"{path.parent.name}: {said}" for path in today_s_documents() for said in spoken(path) if re.search(wrong, said)
    ]
    assert found == [], f"say {IN_DOCUMENTS[wrong]}"


@pytest.mark.parametrize("contract", [True, False])
def test_a_grant_has_no_words_of_a_contract_and_a_contract_none_of_a_grant(contract: bool) -> None:
    words = Words("The city", contract=contract)
    said = [
        words.answers,
        *(
            words.offered("£5", standstill=standstill, assists=assists)
            for standstill in ((True, False) if contract else (False,))
            for assists in (True, False)
        ),
        words.reserve(""),
    ]
    wrong = re.compile(r"\bgrant|\bfund" if contract else r"\bcontract|\btender|\bintends|\bbids?\b")
    assert [each for each in said if wrong.search(each)] == []


def test_a_fund_begins_without_words_of_a_tender() -> None:
    said = [FUND.eligibility, FUND.terms, *(f"{each.text} {each.guidance}" for each in FUND.questions)]
    assert [each for each in said if re.search(r"\b(?:bids?|tenders?|contracts?|suppliers?)\b", each)] == []
