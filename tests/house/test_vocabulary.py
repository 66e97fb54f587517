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
SPOKEN = re.compile(r"""_\(\s*((?:"[^"]*"\s*)+)""")
SET = re.compile(r"{%-?\s*trans\b[^%]*%}(.*?){%-?\s*endtrans", re.S)
TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.S)

# A wrong word, and the one that stands in the glossary or in the law.
EVERYWHERE = {
    r"\bMFA\b": "minimal financial assistance, or second factor, in full",
    r"\b2FA\b": "second factor",
    r"\bTheme\b": "Priority area",
    r"\bDecision made\b": "Decided",
    r"\b[Gg]rantees?\b": "organisation",
    r"\b[Ee]valuators?\b": "assessor",
    r"\b[Jj]udges?\b": "assessor",
    r"\b[Ss]ubmited|[Rr]ecieve|[Ss]eperate|[Oo]ccured\b": "the right spelling",
    r"\b[Oo]rganization|[Aa]uthoriz|[Pp]rogram\b": "British English",
    r"[a-z]{2}\.[A-Z][a-z]+ [a-z]": "a space between two sentences",
}
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
        yield " ".join(ast.literal_eval(f"({found[1]})").split())
    for found in SET.finditer(text):
        yield " ".join(TAG.sub(" x ", found[1]).split())


def today_s_documents() -> list[Path]:
    """Templates of documents that are made today: not those that only lay out what was made before."""
    room = TEMPLATES / "documents"
    return [*room.glob("*/document.html"), room / "_dated.html", room / "_letter.html", room / "_marked.html"]


@pytest.mark.parametrize("wrong", EVERYWHERE)
def test_no_template_uses_a_word_that_the_glossary_does_not(wrong: str) -> None:
    old = {path for path in (TEMPLATES / "documents").rglob("[0-9]*/document.html")}
    paths = [path for path in TEMPLATES.rglob("*.*") if path.suffix in {".html", ".txt"} and path not in old]
    found = [
        f"{path.relative_to(TEMPLATES)}: {said}" for path in paths for said in spoken(path) if re.search(wrong, said)
    ]
    assert found == [], f"say {EVERYWHERE[wrong]}"


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
        words.reserve(promotes=True, reason=""),
    ]
    wrong = re.compile(r"\bgrant|\bfund" if contract else r"\bcontract|\btender|\bintends|\bbids?\b")
    assert [each for each in said if wrong.search(each)] == []


def test_a_fund_begins_without_words_of_a_tender() -> None:
    said = [FUND.eligibility, FUND.terms, *(f"{each.text} {each.guidance}" for each in FUND.questions)]
    assert [each for each in said if re.search(r"\b(?:bids?|tenders?|contracts?|suppliers?)\b", each)] == []
