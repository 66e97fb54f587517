"""Documents of a call: what officers put beside it for everybody to read, and each version of their files."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from procurement.models.base import Base, Committed, link, listed, unique_where
from procurement.models.calls import Call
from procurement.models.people import Person
from procurement.models.stages import Stage
from procurement.rules.call_documents import DocumentType


class CallDocument(Base):
    """One document of a call. `number` is its place in addresses, for ever; `position` its place on pages. `required`:
    whoever applies says that they have read it. `stage_id` and `key` name the question at which a template is filled
    in. What it says of itself stays as it is from its first publication on; its file gets new versions."""

    __tablename__ = "call_documents"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        CheckConstraint(f"kind IN {listed(DocumentType)}", name="kind_is_known"),
        CheckConstraint("title <> ''", name="has_a_title"),
        CheckConstraint("(stage_id IS NULL) = (key = '')", name="filled_in_at_a_question_of_a_stage"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    number: Mapped[int]
    position: Mapped[int]
    title: Mapped[str]
    kind: Mapped[str]
    language: Mapped[str]
    required: Mapped[bool] = mapped_column(default=False)
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("stages.id"))
    key: Mapped[str] = mapped_column(default="")
    call: Mapped[Call] = link("Call")
    stage: Mapped[Stage | None] = link("Stage")
    files: Mapped[list["CallFile"]] = link("CallFile", order_by="CallFile.id", back_populates="document")


class CallFile(Committed, Base):
    """A file of a document; its bytes lie closed in the store under `stored`, `digest` is theirs.

    `published_at`: from when everybody can have it, as the document's `version` of that number; the newest of these is
    the one that holds. One that comes after the call was published has a `reason` and is approved by somebody else than
    who added it, or is ended (`ended_at`, with the `answer` of who ended it).
    """

    __tablename__ = "call_files"
    __table_args__ = (
        UniqueConstraint("document_id", "version"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_by_somebody"),
        CheckConstraint("approved_by IS NULL OR approved_by <> added_by", name="approved_by_a_second_person"),
        CheckConstraint("approved_by IS NULL OR reason <> ''", name="approved_for_a_reason"),
        CheckConstraint("published_at IS NULL OR ended_at IS NULL", name="published_or_ended"),
        CheckConstraint("(version IS NULL) = (published_at IS NULL)", name="numbered_when_published"),
        unique_where("uq_call_files_one_waits", "document_id", where="published_at IS NULL AND ended_at IS NULL"),
    )
    document_id: Mapped[int] = mapped_column(ForeignKey("call_documents.id"))
    version: Mapped[int | None]
    ref: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    stored: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    added_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    document: Mapped[CallDocument] = link("CallDocument", back_populates="files")
    adder: Mapped[Person] = link("Person", foreign_keys=[added_by])

    @property
    def waits(self) -> bool:
        """Whether it is not public yet, and may become so."""
        return self.published_at is None and self.ended_at is None


class DocumentReading(Base):
    """Somebody of an application's team said that they have read one version of a document that must be read."""

    __tablename__ = "document_readings"
    __table_args__ = (UniqueConstraint("application_id", "file_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("call_files.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    read_at: Mapped[datetime]
    file: Mapped[CallFile] = link("CallFile")
    person: Mapped[Person] = link("Person")
