"""Messages are short, plain, with one link, and what people wrote cannot pretend to be anything else."""

import re

import pytest

from procurement.adapters.message_texts import Texts
from procurement.config import PROJECT_ROOT
from procurement.rules.messages import COMMON, MESSAGE_KINDS, SUBJECT_LENGTH, WIDTH, cleaned, shorten, wrap

LINK = "https://trades.example.gov.uk/applications/TT-2027-0012-A7K3/a-long-path-that-does-not-fit-into-one-line"
TEXTS = Texts(PROJECT_ROOT / "templates" / "messages")


def fields(kind: str, **given: object) -> dict[str, object]:
    """A value for every field of a kind."""
    values: dict[str, object] = {name: f"the {name.replace('_', ' ')}" for name in MESSAGE_KINDS[kind].fields}
    values |= {"link": LINK, "service": "Thousand Trades", "authority": "Birmingham City Council"}
    if "reference" in values:
        values["reference"] = "BCC-2027-0012-A7K3"
    if "changes" in values:
        values["changes"] = ["Proposal – Closes: Friday 12 March 2027 at 12 noon (UK time)", "Decision by: 1 May 2027"]
    if "questions" in values:
        values["questions"] = ["1. Which of the two sums is right?", "2. The certificate of your insurance"]
    if "paragraphs" in values:
        values["paragraphs"] = ["The site can be visited on Friday.", "Please bring a helmet."]
    if "tasks" in values:
        values["tasks"] = ["Decisions to approve: Clean air · Proposal", "Drafts of yours: Warm homes"]
    if "next_steps" in values:
        values["next_steps"] = ["Friday 12 March 2027 at 12 noon (UK time): the call closes", "Then: marks"]
    return values | given


def test_every_kind_has_its_two_templates_and_no_template_is_left_over() -> None:
    room = PROJECT_ROOT / "templates" / "messages"
    assert {path.parent.name for path in room.glob("*/*.txt")} == set(MESSAGE_KINDS)
    assert {path.relative_to(room).as_posix() for path in room.glob("*/*.txt")} == {
        f"{kind}/{name}.txt" for kind in MESSAGE_KINDS for name in ("subject", "text")
    }


@pytest.mark.parametrize("kind", MESSAGE_KINDS)
def test_a_message_is_a_short_subject_and_wrapped_lines_with_one_link(kind: str) -> None:
    subject, body = TEXTS.text(kind, fields(kind))
    begins = "BCC-2027-0012-A7K3: " if "reference" in MESSAGE_KINDS[kind].fields else "Thousand Trades: "
    assert subject.startswith(begins)
    assert 0 < len(subject) <= SUBJECT_LENGTH
    assert [line for line in body.splitlines() if len(line) > WIDTH and LINK not in line] == []
    assert re.findall(r"https?://\S+", body) == [LINK]
    assert body.startswith("Dear the name,\n\n")
    assert f"You get this message because {MESSAGE_KINDS[kind].reason}" in " ".join(body.split())


@pytest.mark.parametrize("kind", MESSAGE_KINDS)
def test_every_field_of_a_kind_is_said_somewhere(kind: str) -> None:
    subject, body = TEXTS.text(kind, fields(kind))
    said = " ".join(f"{subject} {body}".split())
    whole = {name: value if isinstance(value, list) else [value] for name, value in fields(kind).items()}
    told = {name for name, values in whole.items() if all(str(value) in said for value in values)}
    assert MESSAGE_KINDS[kind].fields - told - {"next_steps"} == set()


@pytest.mark.parametrize(
    "kind", [kind for kind in MESSAGE_KINDS if kind in {"outcome_ready", "not_eligible", "disqualification"}]
)
def test_a_message_about_an_outcome_does_not_say_which(kind: str) -> None:
    said = " ".join(TEXTS.text(kind, fields(kind))).lower()
    telling = ("awarded", "declined", "unsuccessful", "congratulations", "ineligible", "£")
    assert [word for word in telling if word in said] == []


def test_the_outcome_of_a_call_of_one_stage_names_no_stage_and_no_next() -> None:
    subject, body = TEXTS.text("outcome_ready", fields("outcome_ready", noun="application", stage="", going_on=""))
    assert subject == "BCC-2027-0012-A7K3: the outcome is there"
    assert (
        "The outcome of your application to “the call” is on its page, with the letter, the marks and the reasons."
        in (" ".join(body.split()))
    )
    assert "If you go on" not in body


def test_fields_must_be_exactly_those_of_the_kind() -> None:
    with pytest.raises(ValueError, match=r"lacks \['call'\] and does not know \['mark'\]"):
        cleaned("not_eligible", {**{name: "x" for name in COMMON | {"reference"}}, "mark": "5"})


def test_what_people_wrote_stays_one_line_of_plain_words() -> None:
    hostile = (
        "Nice\r\nBcc: everybody@example.org\n\n\u202etxt.exe\u2066 <b>{{ 7*7 }}</b> {% x %} "
        "http://evil.example/x %(link)s"
    )
    subject, body = TEXTS.text("sent_back", fields("sent_back", reason=hostile, call=hostile, by=hostile))
    assert "\n" not in subject
    assert re.findall(r"https?://\S+", body) == [LINK]
    assert "\u202e" not in body
    assert "49" not in body
    assert (
        "  Nice Bcc: everybody@example.org txt.exe <b>{{ 7*7 }}</b> {% x %}\n  http[:]//evil.example/x %(link)s" in body
    )
    assert [line for line in body.splitlines() if line.startswith("Bcc:")] == []


def test_a_long_subject_is_cut_at_a_word() -> None:
    assert shorten("BCC-2027-0012: " + "word " * 30) == "BCC-2027-0012: word word word word word word word word word…"
    assert shorten("BCC-2027-0012:  marks\n are due") == "BCC-2027-0012: marks are due"


def test_paragraphs_are_wrapped_and_items_and_links_stand_alone() -> None:
    assert wrap("a\nb\n\n* one\n* " + "word " * 20 + "\n\n  " + LINK + "\n\n\n\nend") == (
        "a b\n\n* one\n* " + ("word " * 14).strip() + "\n  " + ("word " * 6).strip() + f"\n\n  {LINK}\n\nend\n"
    )
