"""What an assessor gets of an application. In a blind stage nothing in it says whose it is, because it is not there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from procurement.rules.questions import Part, Question, asked_in
from procurement.rules.uploads.types import type_of
from workflows.facts import Sentence

NO_NOTES: Mapping[str, Sentence] = MappingProxyType({})
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class DossierFile:
    """A file by its number. `label` and `filename` are the applicant's own only where names are shown."""

    number: int
    key: str
    label: str
    filename: str
    media_type: str
    size: int


@dataclass(frozen=True)
class DossierAnswer:
    """A question with its answer as it is read: words, or files. `own`: it is of the stage's own form, and not of an
    earlier stage or of what its team was asked. `note`: that it was asked, or asked otherwise, after it was sent."""

    key: str
    section: str
    question: str
    guidance: str
    criterion: str
    uploads: bool
    parts: tuple[Part, ...]
    files: tuple[DossierFile, ...]
    own: bool = True
    note: Sentence | None = None


@dataclass(frozen=True)
class Dossier:
    """One application as its assessor reads it. `organisation` and `lot` name nobody in a blind stage: the first is
    empty there. `damaged`: its bytes could not be opened."""

    name: str
    number: int
    blind: bool
    lot: str
    organisation: str
    answers: tuple[DossierAnswer, ...]
    damaged: bool = False

    def for_criterion(self, key: str) -> tuple[DossierAnswer, ...]:
        """The answers that a criterion is about; all of them when none is."""
        return tuple(answer for answer in self.answers if answer.criterion == key) or self.answers

    def beside(self, key: str) -> tuple[DossierAnswer, ...]:
        """What was handed in to the stage itself and belongs to no criterion, where another part is read for one: the
        answer of its team to what the assessors wrote."""
        read = self.for_criterion(key)
        return tuple(answer for answer in self.answers if answer.own and not answer.criterion and answer not in read)

    def file(self, number: int) -> DossierFile | None:
        return next((each for answer in self.answers for each in answer.files if each.number == number), None)


@dataclass(frozen=True)
class Earlier:
    """What was submitted to an earlier stage, where it is read again: its title stands before those of its sections.
    `marked`: its marks are looked at again, so that its answers belong to their criteria."""

    title: str
    form: Sequence[Question]
    snapshot: Mapping[str, Any] | None
    manifest: Mapping[str, Any]
    marked: bool = False


def neutral_name(number: int, noun: str = "application") -> str:
    """How a bid is called where its title could give it away; `noun` is what its stage collects."""
    return f"{noun[:1].upper()}{noun[1:]} {number}"


def shown_as(title: str, number: int, noun: str, *, blind: bool) -> str:
    """How a bid is called before somebody: by its title, or by its neutral name where the stage is blind for them."""
    neutral = neutral_name(number, noun)
    return neutral if blind else title or neutral


def assessor_letter(place: int) -> str:
    """How the assessor of one of several scorecards is called where their names are not shown: A, B, C …"""
    return LETTERS[place % len(LETTERS)]


def file_label(number: int, media_type: str, name: str, *, blind: bool) -> tuple[str, str]:
    """(what the page calls a file, the name that it is downloaded by)."""
    words, ending = type_of(media_type)
    return (f"File {number} ({words})", f"file-{number}{ending}") if blind else (name, name)


def build(
    form: Sequence[Question],
    snapshot: Mapping[str, Any] | None,
    manifest: Mapping[str, Any],
    *,
    number: int,
    blind: bool,
    title: str,
    organisation: str,
    lot: str,
    noun: str = "application",
    earlier: Sequence[Earlier] = (),
    notes: Mapping[str, Sentence] = NO_NOTES,
) -> Dossier:
    """The dossier of a submission. `snapshot` is what was submitted, None when it could not be opened.

    `earlier` comes after it: its files are numbered on, and its answers belong to no criterion of this stage unless it
    is their marks that are looked at again. `notes`: what is said beside an answer, by the key of its question.
    """
    answers = [
        replace(each, note=notes.get(each.key)) for each in _answers(form, snapshot, manifest, first=1, blind=blind)
    ]
    files = len(manifest["files"])
    for each in earlier:
        answers += [
            replace(
                answer,
                section=f"{each.title}: {answer.section}",
                criterion=answer.criterion if each.marked else "",
                own=False,
            )
            for answer in _answers(each.form, each.snapshot, each.manifest, first=files + 1, blind=blind)
        ]
        files += len(each.manifest["files"])
    neutral = neutral_name(number, noun)
    return Dossier(
        name=neutral if blind else title or neutral,
        number=number,
        blind=blind,
        lot=lot,
        organisation="" if blind else organisation,
        answers=tuple(answers),
        damaged=snapshot is None or any(each.snapshot is None for each in earlier),
    )


def _answers(
    form: Sequence[Question],
    snapshot: Mapping[str, Any] | None,
    manifest: Mapping[str, Any],
    *,
    first: int,
    blind: bool,
) -> Iterator[DossierAnswer]:
    """The questions of one form with what was submitted; its files are numbered from `first`."""
    said: Mapping[str, Any] = {} if snapshot is None else snapshot["answers"]
    files = [
        DossierFile(
            place,
            line["key"],
            *file_label(place, line["media_type"], line["name"], blind=blind),
            line["media_type"],
            line["size"],
        )
        for place, line in enumerate(manifest["files"], first)
    ]
    for each in asked_in(form, manifest):
        yield DossierAnswer(
            key=each.key,
            section=each.section,
            question=each.text,
            guidance=each.guidance,
            criterion=each.criterion,
            uploads=each.kind.uploads,
            parts=each.kind.parts(each, said.get(each.key)),
            files=tuple(file for file in files if file.key == each.key),
        )
