"""What the records of an opening and of a panel's meeting say."""

from dataclasses import dataclass
from typing import ClassVar

from procurement.rules.documents.kinds import Content, Fact


@dataclass(frozen=True, kw_only=True)
class OpenedApplication:
    reference: str
    lot: str
    organisation: str
    received: str
    digest: str
    files: str


@dataclass(frozen=True, kw_only=True)
class OpeningRecord(Content):
    """Who opened the bids of a call, when, and which they found. `openers`: role and "name, instant"; `noun`: what was
    handed in."""

    kind: ClassVar[str] = "opening_record"
    call: str
    closed: str
    hold: str
    openers: tuple[Fact, ...]
    applications: tuple[OpenedApplication, ...]
    withdrawn: str
    not_submitted: str
    near_misses: str
    reconciled: str
    noun: str = "application"


@dataclass(frozen=True, kw_only=True)
class AgreedLine:
    """What a panel settled about one criterion: a mark, or that the marks were left; `present`: names, with commas."""

    criterion: str
    mark: str
    reason: str
    present: str


@dataclass(frozen=True, kw_only=True)
class MinutedItem:
    """One application on a panel's agenda. `left`: the names of whoever has an interest in it and left the room;
    `discussed`: when, empty where it was not."""

    number: str
    reference: str
    title: str
    organisation: str
    lot: str
    discussed: str
    left: tuple[str, ...]
    agreed: tuple[AgreedLine, ...]
    minutes: str


@dataclass(frozen=True, kw_only=True)
class PanelMinutes(Content):
    """What a panel did: for the record of the call. `people`: role and name; `closed`: when and by whom."""

    kind: ClassVar[str] = "panel_minutes"
    call: str
    stage: str
    held: str
    place: str
    people: tuple[Fact, ...]
    items: tuple[MinutedItem, ...]
    minutes: str
    closed: str
    noun: str = "application"
