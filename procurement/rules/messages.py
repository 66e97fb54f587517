"""The kinds of message that the service sends, and which values each of them says.

A message is one plain text with one link, its subject begins with a reference, and nothing is attached. A decision is
never in a message: it says only that the outcome is there, which everybody reads from one instant on, signed in.
Everything in it is a value that was cleaned: what people wrote can add no line, no header and no invisible turn of
direction.
"""

import re
import textwrap
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from procurement.rules.bidi import isolated

SUBJECT_LENGTH, WIDTH, LONGEST_FIELD = 60, 72, 2_000
COMMON = frozenset({"name", "service", "authority", "contact", "link"})
CALL = COMMON | {"reference", "call"}


@dataclass(frozen=True)
class MessageKind:
    """`fields` are exactly the values that its templates get; `reason` is why the recipient gets it, for the footer."""

    key: str
    title: str
    fields: frozenset[str]
    reason: str


def _kind(key: str, title: str, fields: frozenset[str], reason: str) -> tuple[str, MessageKind]:
    return key, MessageKind(key, title, fields, reason)


_ACCOUNT = "somebody gave this address when signing up or signing in."
_ADDED = "somebody who works with you gave us this address."
_LEAD = "you lead an organisation here."
_CONTESTED = "you told us that a registered number is yours."
_TEAM = "you belong to the team of this application."
_ASKED = "you asked a question about this call."
_ASKING = "you asked about this call, or you belong to a team that has an application or a draft for it."
_STAFF = "you look after this call."
_DIGEST = "you chose to be told once a day what waits for you."
_ASSESSOR = "you were asked to assess for this call."
_INVITED = "you can be asked to assess for this service."
_PANEL = "you belong to the panel of this call."

MESSAGE_KINDS: dict[str, MessageKind] = dict(
    (
        _kind("confirm_email", "Confirm your email address", COMMON | {"expires"}, _ACCOUNT),
        _kind("already_registered", "You already have an account", COMMON, _ACCOUNT),
        _kind("password_reset", "Choose a new password", COMMON | {"expires"}, _ACCOUNT),
        _kind("password_changed", "Your password was changed", COMMON | {"when"}, _ACCOUNT),
        _kind("account_made", "An account was made for you", COMMON | {"expires"}, _ADDED),
        _kind(
            "invited_to_team", "Invitation to join an organisation", COMMON | {"organisation", "by", "expires"}, _ADDED
        ),
        _kind("number_contested", "A registered number is contested", COMMON | {"number"}, "you operate this service."),
        _kind("number_released", "A registered number was taken away", COMMON | {"number", "reason"}, _LEAD),
        _kind("contest_released", "A registered number is free", COMMON | {"number", "reason"}, _CONTESTED),
        _kind("contest_kept", "A registered number stays", COMMON | {"number", "reason"}, _CONTESTED),
        _kind("work_waiting", "Something waits for you", CALL | {"what", "because", "about"}, _STAFF),
        _kind("work_digest", "What waits for you today", COMMON | {"count", "tasks"}, _DIGEST),
        _kind("review_asked", "A call waits for your review", CALL | {"by"}, _STAFF),
        _kind("document_changed", "A document of a call has changed", CALL | {"said", "reason"}, _TEAM),
        _kind("call_published", "A call was published", CALL | {"when"}, _STAFF),
        _kind("sent_back", "A call was sent back", CALL | {"by", "reason"}, _STAFF),
        _kind(
            "submitted",
            "Application received",
            CALL | {"noun", "organisation", "number", "received", "code", "files", "next_steps"},
            _TEAM,
        ),
        _kind("draft_begun", "Application begun", CALL | {"noun", "by", "closes"}, _TEAM),
        _kind("closing_soon", "Application not submitted yet", CALL | {"noun", "closes", "standing"}, _TEAM),
        _kind("reopened", "Application reopened", CALL | {"noun", "stage", "by", "closes", "standing"}, _TEAM),
        _kind("withdrawn", "Application withdrawn", CALL | {"noun", "stage", "by", "when", "closes"}, _TEAM),
        _kind("withdrawn_opened", "Application withdrawn", CALL | {"by", "when"}, _TEAM),
        _kind(
            "applicant_withdrew",
            "An applicant withdrew",
            CALL | {"application", "organisation", "stage"},
            _STAFF,
        ),
        _kind("not_submitted", "Application not submitted", CALL | {"noun", "stage", "closed"}, _TEAM),
        _kind("carried_over", "Draft goes on in the next window", CALL | {"noun", "closed", "opens", "closes"}, _TEAM),
        _kind("window_ended", "A window is not opened", CALL | {"opens", "reason"}, _TEAM),
        _kind("opening_asked", "A second person is needed for an opening", CALL | {"by", "since"}, _STAFF),
        _kind("opening_called_off", "Nothing is opened yet", CALL | {"closes", "reason"}, _STAFF),
        _kind("not_eligible", "A letter about your application is ready", CALL, _TEAM),
        _kind("request_made", "Something to answer", CALL | {"what", "asked", "questions", "closes"}, _TEAM),
        _kind("request_reminder", "Something to answer soon", CALL | {"asked", "closes"}, _TEAM),
        _kind("request_taken_back", "Nothing to answer any more", CALL | {"asked", "reason"}, _TEAM),
        _kind("response_received", "Answer received", CALL | {"received", "number", "code", "digest"}, _TEAM),
        _kind("request_answered", "An applicant answered", CALL | {"application", "organisation", "received"}, _STAFF),
        _kind("review_received", "Review asked for", CALL | {"received", "number", "code", "digest"}, _TEAM),
        _kind(
            "review_requested",
            "A review was asked for",
            CALL | {"application", "organisation", "decision", "received"},
            _STAFF,
        ),
        _kind("review_answered", "A letter about your review is ready", CALL, _TEAM),
        _kind("invited_to_assess", "Invitation to assess", CALL | {"count", "due"}, _ASSESSOR),
        _kind("assigned_to_read", "Applications to assess", CALL | {"count", "due"}, _ASSESSOR),
        _kind(
            "invited_to_stage",
            "Can you assess?",
            CALL | {"stage", "noun", "nouns", "readers", "until", "by"},
            _INVITED,
        ),
        _kind(
            "invitation_reminder",
            "An invitation waits for your answer",
            CALL | {"stage", "noun", "nouns", "readers", "until", "by"},
            _INVITED,
        ),
        _kind("invitation_withdrawn", "An invitation was withdrawn", CALL | {"stage"}, _INVITED),
        _kind("invitation_declined", "Somebody cannot assess", CALL | {"stage", "assessor", "reason"}, _STAFF),
        _kind("assessor_declined", "An assessor declined", CALL | {"assessor", "application", "reason"}, _STAFF),
        _kind(
            "assessor_conflict", "An assessor declared a conflict", CALL | {"assessor", "application", "reason"}, _STAFF
        ),
        _kind("assessment_reminder", "Marks are due", CALL | {"left", "due"}, _ASSESSOR),
        _kind("slot_offered", "A time to choose", CALL | {"stage", "until"}, _TEAM),
        _kind("slot_chosen", "Time chosen", CALL | {"stage", "when", "where"}, _TEAM),
        _kind("slot_changed", "Time changed", CALL | {"stage", "standing"}, _TEAM),
        _kind("slot_reminder", "Reminder of a time", CALL | {"stage", "when", "where"}, _TEAM),
        _kind("scorecard_returned", "A scorecard was returned to you", CALL | {"application", "reason"}, _ASSESSOR),
        _kind(
            "mark_corrected",
            "A mark was corrected",
            CALL | {"application", "criterion", "before", "after", "whose", "reason"},
            _ASSESSOR,
        ),
        _kind("panel_called", "A panel meets", CALL | {"when", "place"}, _PANEL),
        _kind("outcome_ready", "The outcome is there", CALL | {"noun", "stage", "going_on"}, _TEAM),
        _kind("outcome_changed", "There is news of your application", CALL, _TEAM),
        _kind("dates_moved", "Dates have moved", CALL | {"changes", "reason", "pressed"}, _TEAM),
        _kind(
            "call_amended",
            "A call was amended",
            CALL | {"changes", "more", "reason", "affected", "stands", "pressed"},
            _TEAM,
        ),
        _kind("revived", "You can submit after all", CALL | {"noun", "closes", "reason", "pressed"}, _TEAM),
        _kind("disqualification", "A letter about your application is ready", CALL, _TEAM),
        _kind("announcement", "A message about a call", CALL | {"title", "paragraphs"}, _TEAM),
        _kind("clarification", "A question was answered", CALL | {"number"}, _ASKING),
        _kind("question_answered_privately", "Your question was answered", CALL, _ASKED),
        _kind("question_closed", "Your question was closed", CALL | {"reason"}, _ASKED),
        _kind("cancelled", "Call cancelled", CALL | {"reason"}, _TEAM),
        _kind("lot_abandoned", "A lot was abandoned", CALL | {"lot", "reason"}, _TEAM),
        _kind("standstill_begun", "When the standstill ends", CALL | {"noun", "since", "ends"}, _TEAM),
        _kind("award_confirmed", "Award confirmed", CALL | {"until", "ended"}, _TEAM),
        _kind("assistance_asked", "Something to confirm", CALL | {"closes"}, _TEAM),
        _kind("assistance_reminder", "Something to confirm soon", CALL | {"closes"}, _TEAM),
        _kind("assistance_agreed", "Your grant is firm", CALL | {"sums", "until"}, _TEAM),
        _kind("assistance_turned_down", "A grant cannot be given", CALL | {"reason"}, _TEAM),
        _kind("assistance_lapsed", "An award has ended", CALL | {"until"}, _TEAM),
        _kind("assistance_unconfirmed", "Nobody confirmed an award", CALL | {"organisation", "until"}, _STAFF),
        _kind("acceptance_received", "Award accepted", CALL | {"by", "when"}, _TEAM),
        _kind("contract_signed", "Signing recorded", CALL | {"day"}, _TEAM),
        _kind("award_reminder", "An award waits for your answer", CALL | {"until"}, _TEAM),
        _kind("award_longer", "More time to accept an award", CALL | {"until"}, _TEAM),
        _kind("award_expired", "An award has ended", CALL | {"until"}, _TEAM),
        _kind("award_from_reserve", "An award from the reserve", CALL | {"amount", "until"}, _TEAM),
        _kind("award_suspended", "An award is suspended", CALL, _TEAM),
        _kind("suspension_lifted", "An award is not suspended any more", CALL | {"because"}, _TEAM),
        _kind("award_unanswered", "Nobody answered an award", CALL | {"organisation", "until"}, _STAFF),
        _kind("award_accepted", "Award accepted", CALL | {"organisation", "by"}, _STAFF),
        _kind("award_refused", "Award refused", CALL | {"organisation", "by", "reason"}, _STAFF),
    )
)

# Left-to-right and right-to-left marks, embeddings, overrides and isolates: they can make an address read as another.
_TURNS = dict.fromkeys((0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
# Paths of links that let somebody in; what stands behind the last slash is the secret.
SECRET_LINK = re.compile(r"(/(?:password|register/confirm|invitations)/)[\w-]+")
_ITEM = re.compile(r"(?P<mark>\* |  )(?P<text>.*)")


def cleaned(kind: str, fields: Mapping[str, object]) -> dict[str, object]:
    """The values of a kind, each on one line. Raises ValueError unless they are exactly those that the kind names."""
    described = MESSAGE_KINDS[kind]
    if set(fields) != described.fields:
        missing, unknown = sorted(described.fields - set(fields)), sorted(set(fields) - described.fields)
        raise ValueError(f"The message {kind} lacks {missing} and does not know {unknown}.")
    values: dict[str, object] = {"why": described.reason}
    for key, value in fields.items():
        if isinstance(value, list | tuple):
            values[key] = [isolated(_defused(_one_line(item))) for item in value]
        else:
            values[key] = _one_line(value) if key == "link" else isolated(_defused(_one_line(value)))
    return values


def _defused(text: str) -> str:
    """The only address that a mail program may turn into a link is ours (docs/threats.md 45)."""
    return text.replace("://", "[:]//")


def _one_line(value: object) -> str:
    text = str(value).translate(_TURNS)
    text = "".join(" " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character for character in text)
    return " ".join(text.split())[:LONGEST_FIELD]


def without_secrets(body: str) -> str:
    """A message as it is kept once it has gone: whoever reads the database later can open nothing with it."""
    return SECRET_LINK.sub(r"\1…", body)


def shorten(subject: str) -> str:
    """A subject of at most 60 characters, cut at a word."""
    line = " ".join(subject.split())
    return line if len(line) <= SUBJECT_LENGTH else textwrap.shorten(line, SUBJECT_LENGTH, placeholder="…")


def wrap(body: str) -> str:
    """Paragraphs at 72 columns. A line that begins with "* " or two spaces stands alone; a link is never broken."""
    paragraphs = []
    for block in re.split(r"\n[ \t]*\n", body.strip("\n")):
        lines: list[list[str]] = []  # each of the lines that it was written in
        for line in block.splitlines():
            item = _ITEM.fullmatch(line)
            if item:
                lines.append([_fold(item["text"].strip(), first=item["mark"], rest="  ")])
            elif lines and not lines[-1][0].startswith(("* ", "  ")):
                lines[-1].append(line.strip())
            elif line.strip():
                lines.append([line.strip()])
        whole = map(" ".join, lines)
        kept = [line if line.startswith(("* ", "  ")) else _fold(line, first="", rest="") for line in whole]
        if kept:
            paragraphs.append("\n".join(kept))
    return "\n\n".join(paragraphs) + "\n"


def _fold(text: str, *, first: str, rest: str) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
