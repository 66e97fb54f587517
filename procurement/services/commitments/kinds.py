"""Which rows are committed to in the chain, and which bytes each commitment is made of."""

from procurement.models.announcements import Announcement
from procurement.models.awards import Notice
from procurement.models.base import Committed
from procurement.models.call_documents import CallFile
from procurement.models.clarifications import Clarification
from procurement.models.contracts import Contract
from procurement.models.corrections import Correction
from procurement.models.documents import Document
from procurement.models.register import RegisterAward, RegisterGrant, RegisterNotice, Release
from procurement.rules.statuses import NoticeStatus
from procurement.services.commitments.forms import AWARD, NOTICE, NOTICE_2
from procurement.services.commitments.kind import Kind

KINDS: tuple[Kind, ...] = (
    Kind(
        "release",
        "OCDS releases",
        "OCDS release",
        Release,
        "release_id",
        (("id", "ocid", "release_id", "tag", "place", "moment", "recorded_at", "content"),),
    ),
    Kind(
        "grant",
        "360Giving grants",
        "360Giving grant",
        RegisterGrant,
        "grant_id",
        (("id", "grant_id", "public_id", "awarded_on", "changed_at", "content"),),
    ),
    Kind(
        "award",
        "awards as the register shows them",
        "Award in the register",
        RegisterAward,
        "public_id",
        (
            AWARD,
            (*AWARD, "single_bid"),
        ),
        left_out=frozenset({"salt", "words"}),  # what the search looks in, made of the others
    ),
    Kind(
        "shown_notice",
        "notices as the register shows them",
        "Notice in the register",
        RegisterNotice,
        "public_id",
        (
            (
                "id",
                "public_id",
                "kind",
                "title",
                "call_ref",
                "call_title",
                "ocid",
                "published_at",
                "standstill_ends_at",
                "document_code",
                "content",
            ),
        ),
    ),
    Kind(
        "notice",
        "notices",
        "Notice",
        Notice,
        "ref",
        (NOTICE, NOTICE_2, (*NOTICE_2, "contract_id")),
        left_out=frozenset({"salt", "sent_back"}),
        due=lambda row: row.state == NoticeStatus.PUBLISHED,
    ),
    Kind(
        "contract",
        "contracts that were signed",
        "Contract",
        Contract,
        "id",
        (
            (
                "id",
                "award_id",
                "signed_on",
                "starts_on",
                "ends_on",
                "amount",
                "indicators",
                "reason",
                "proposed_by",
                "proposed_at",
                "confirmed_by",
                "confirmed_at",
            ),
        ),
        # that it was corrected, the later one says; why it was sent back is work before it
        left_out=frozenset({"salt", "ended_at", "answer"}),
        due=lambda row: row.confirmed_at is not None,
    ),
    Kind(
        "announcement",
        "messages to applicants",
        "Message to applicants",
        Announcement,
        "id",
        (("id", "call_id", "stage_id", "audience", "title", "text", "count", "sent_by", "sent_at"),),
    ),
    Kind(
        "clarification",
        "answers to questions about calls",
        "Answer",
        Clarification,
        "id",
        (
            (
                "id",
                "call_id",
                "stage_id",
                "number",
                "lot_id",
                "asked_at",
                "wording",
                "answer",
                "private_reason",
                "drafted_by",
                "drafted_at",
                "answered_by",
                "answered_at",
                "corrects_id",
            ),
        ),
        # who asked is a person, not a rule of the call; the rest is work before the answer, or of those that got none
        left_out=frozenset(
            {
                "salt",
                "words",
                "asked_by",
                "due_on",
                "question",
                "secret",
                "written",
                "sent_back",
                "closed_by",
                "closed_at",
                "closed_reason",
                "same_as_id",
            }
        ),
        due=lambda row: row.answered_at is not None,
    ),
    Kind(
        "document",
        "what documents say",
        "Document",
        Document,
        "code",
        (
            (
                "id",
                "key",
                "kind",
                "code",
                "title",
                "reference",
                "public",
                "call_id",
                "stage_id",
                "application_id",
                "entry_id",
                "award_id",
                "requested_at",
                "requested_by",
                "content",
                "template",
            ),
        ),
        # how far its making is; the digest of its bytes is committed to when it is made
        left_out=frozenset(
            {
                "salt",
                "state",
                "digest",
                "size",
                "made_at",
                "attempts",
                "due_at",
                "lease_until",
                "error",
                "undrawn",
                "withdrawn_at",
            }
        ),
    ),
    Kind(
        "call_file",
        "files of calls",
        "File of a call",
        CallFile,
        "ref",
        (
            (
                "id",
                "document_id",
                "version",
                "ref",
                "name",
                "media_type",
                "size",
                "digest",
                "stored",
                "reason",
                "added_by",
                "added_at",
                "approved_by",
                "approved_at",
                "published_at",
            ),
        ),
        # how a proposal ended that nobody outside ever saw
        left_out=frozenset({"salt", "ended_at", "answer"}),
        due=lambda row: row.published_at is not None,
    ),
    Kind(
        "correction",
        "corrections of marks",
        "Correction of a mark",
        Correction,
        "id",
        (
            (
                "id",
                "entry_id",
                "criterion",
                "assignment_id",
                "agreed_id",
                "before",
                "after",
                "reason",
                "asked_by",
                "proposed_by",
                "proposed_at",
                "approved_by",
                "approved_at",
                "ended_at",
                "answer",
                "shifts",
                "digest",
            ),
        ),
        due=lambda row: row.approved_at is not None,
    ),
)
BY_MODEL: dict[type[Committed], Kind] = {kind.model: kind for kind in KINDS}
