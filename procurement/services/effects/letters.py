"""What the letters and assessment summaries of a call say, from its ranking and the decisions that stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import stages as stages_queries
from procurement.queries import workflows as workflows_queries
from procurement.queries.decisions import LotTable, Ranked, Table
from procurement.rules.assistance import Assistance, ceiling_of
from procurement.rules.dates import uk_day
from procurement.rules.documents import (
    AbsenceLetter,
    AdvanceLetter,
    AssessedTender,
    AssessmentSummary,
    AwardLetter,
    Content,
    DeclinedLetter,
    Fact,
    ReserveLetter,
    salutation_of,
)
from procurement.rules.reasons import as_others_read
from procurement.rules.registers import numbers_of
from procurement.rules.statuses import Outcome
from procurement.rules.vat import said, vat_of
from procurement.services.effects.letter_marks import TOP, Marked, scale_of
from procurement.services.effects.letter_words import (
    CLAIMED,
    COURT,
    HOW_MODERATED,
    METHOD,
    MODERATED,
    STANDSTILL_SENTENCE,
    TAKEN_OUT,
    WITHHELD,
    Words,
    address_of,
    comes_next,
    confirms,
    counted_in_words,
    place_in_words,
    reserved_until,
    sum_in_words,
    until_when,
)
from workflows.definition import Route
from workflows.facts import day_in_words, in_words


@dataclass(frozen=True)
class Author:
    """Writes for one stage of a call, of which `stages` are all. `earlier` has the rankings of the stages before that
    count in it, by their keys; `leads` who leads each organisation, by its id; `standstill`: whether the stage's awards
    wait for one; `assists`: whether a grant is minimal financial assistance; `over`: the entries whose award has
    ended, which win nothing any more."""

    call: Call
    stage: Stage
    stages: tuple[Stage, ...]
    table: Table
    settings: Mapping[str, Any]
    base_url: str
    leads: Mapping[int, str]
    approver: str
    now: datetime
    standstill: bool
    earlier: Mapping[str, Table] = field(default_factory=dict)
    assists: bool = False
    over: frozenset[int] = frozenset()

    def letter(self, entry: Ranked) -> Content:
        """The letter that the decision asks for."""
        decision = entry.decision
        assert decision is not None  # noqa: S101  (letters follow decisions)
        if entry.missed:
            return self._absence(entry, decision.reason)
        common = self._common(entry)
        if decision.outcome == Outcome.FUND:
            return AwardLetter(
                **common,
                heading=f"Your {self.stage.decided_noun} was successful",
                offer=self._words.offered(self._amount(entry), standstill=self.standstill, assists=self.assists),
                amount=self._amount(entry),
                assistance=self._assistance(entry, decision.amount or Decimal(0)),
                conditions=tuple(filter(None, (self.call.terms.strip(),))),
                reason=decision.reason,
            )
        if decision.outcome == Outcome.ADVANCE:
            return self._advance(entry, common)
        if decision.outcome == Outcome.RESERVE:
            return ReserveLetter(
                **common,
                heading=self._words.reserved(self.stage),
                meaning=self._meaning(decision.reason),
                until=self._reserved_until(entry),
                review=self._review(entry.ref),
            )
        return DeclinedLetter(
            **common,
            heading=self._words.declined(self.stage),
            decided=self._words.why_declined(self.stage),
            reasons=(decision.reason, *self._below(entry)),
            review=self._review(entry.ref),
        )

    def _review(self, ref: str) -> str:
        """What can be asked of us, and that it stops nothing: only what the service has a page for."""
        asked = (
            f"You can ask once for a review, within {self.settings['review_days']} working days of the day on which "
            f"you are told, at {self.base_url}/applications/{ref}/stages/{self.stage.key}/outcome. Somebody who "
            "neither proposed nor approved the decision answers it."
        )
        return f"{asked} {COURT}" if self.standstill else asked

    def _absence(self, entry: Ranked, reason: str) -> AbsenceLetter:
        """To a team that did not come: nothing was marked, so there are no marks to explain."""
        return AbsenceLetter(
            **self._addressed(entry),
            stage=self.stage.title,
            reasons=(reason,),
            review=self._review(entry.ref),
            next_steps=self._next(entry),
        )

    def _advance(self, entry: Ranked, common: Mapping[str, Any]) -> AdvanceLetter:
        after = self._after(entry)
        assert entry.decision is not None  # noqa: S101  (as above)
        return AdvanceLetter(
            **common,
            stage=self.stage.title,
            next_stage=after.title if after is not None else "",
            meaning=f"Your {self.stage.decided_noun} was successful"
            + (f", and you go on to the next stage: {after.title}." if after is not None else "."),
            comes=comes_next(after, self._times(entry, after) if after is not None else ""),
            reason=entry.decision.reason,
        )

    def summary(self, entry: Ranked) -> AssessmentSummary:
        """Procurement Regulations 2024 reg. 31: the own tender, and every successful one of the lot."""
        decision = entry.decision
        assert decision is not None  # noqa: S101  (summaries follow decisions)
        won = decision.outcome == Outcome.FUND
        winners = [each for each in self._winners[entry.lot.id] if each[0] is not entry]
        return AssessmentSummary(
            call=self._call(),
            lot=self._lot_title(entry),
            application=entry.ref,
            dated=day_in_words(uk_day(self.now)),
            own=self._tender(entry, named=won),
            why_not=() if won else (decision.reason, *self._below(entry), self._place(entry)),
            winners=tuple(read for _winner, read in winners),
            scale=scale_of(self._counted or (self._own,)),
            method=self._method(),
            where=f"The criteria and the whole scheme are published at {self.base_url}/calls/{self.call.ref}.",
            scheme=self._own.scheme,
            schemes=tuple(each.fingerprint for each in self._counted),
            standstill=self._standstill(),
            withheld=WITHHELD + (TAKEN_OUT if any(each.taken for each, _read in winners) else ""),
            contact=f"Ask {self._contact()} about this summary.",
        )

    @cached_property
    def _winners(self) -> dict[int, list[tuple[Ranked, AssessedTender]]]:
        """Whose tender of each lot was successful, and what the others read of it."""
        return {
            lot.lot.id: [
                (each, as_others_read(self._tender(each, named=True), each.taken))
                for each in lot.winners
                if each.entry.id not in self.over
            ]
            for lot in self.table.lots
        }

    def _method(self) -> str:
        said = MODERATED if self._moderated else METHOD
        return " ".join(filter(None, (said, counted_in_words(self.stage, self.stages))))

    def _common(self, entry: Ranked) -> dict[str, Any]:
        row = entry.row
        assert row is not None  # noqa: S101  (what is decided is in the ranking, but who did not come)
        return {
            **self._addressed(entry),
            "marks": self._own.lines(entry.ref),
            "stages": tuple(each.as_marked(entry.ref) for each in self._counted),
            "how": HOW_MODERATED if self._moderated else "",
            "total": str(row.total),
            "total_top": TOP,
            "total_threshold": self._threshold(),
            "place": self._place(entry),
            "scheme": self._own.scheme,
            "next_steps": self._next(entry),
            **({"standstill": self._standstill()} if self.standstill else {}),
        }

    def _addressed(self, entry: Ranked) -> dict[str, Any]:
        firm = entry.organisation
        return {
            "organisation": firm.name,
            "address": address_of(firm),
            "application": entry.ref,
            "project": entry.entry.title,
            "call": self._call(),
            "lot": self._lot_title(entry),
            "dated": day_in_words(uk_day(self.now)),
            "contact": self._contact(),
            "salutation": salutation_of(self.leads.get(firm.id, ""), firm.name),
            "signed_by": self.approver,
            "noun": self.stage.decided_noun,
            "paragraph": entry.paragraph,
        }

    @cached_property
    def _words(self) -> Words:
        return Words(str(self.settings["authority_name"]), contract=self.call.route != Route.GRANT)

    def _assistance(self, entry: Ranked, amount: Decimal) -> tuple[str, ...]:
        """The notification of minimal financial assistance, where the grant is some."""
        if not self.assists:
            return ()
        page = f"{self.base_url}/applications/{entry.ref}/stages/{self.stage.key}/outcome"
        return Assistance(amount, ceiling_of(self.settings), uk_day(self.now)).notification(page)

    @cached_property
    def _own(self) -> Marked:
        return Marked(self.stage, self.table)

    @cached_property
    def _counted(self) -> tuple[Marked, ...]:
        """Every stage that counts in what is ranked, in order; none where this one alone does."""
        tables = {**self.earlier, self.stage.key: self.table}
        shares = self.stage.ranks_by
        return tuple(
            Marked(each, tables[each.key], f"{shares[each.key]}%") for each in self.stages if each.key in shares
        )

    @cached_property
    def _moderated(self) -> bool:
        """Whether a panel agreed on any mark that counts."""
        return any(each.moderated for each in self._counted or (self._own,))

    def _place(self, entry: Ranked) -> str:
        assert entry.row is not None  # noqa: S101  (as above)
        counted = counted_in_words(self.stage, self.stages, entry.row)
        return " ".join(filter(None, (counted, place_in_words(self._lot(entry), entry, self.stage.decided_noun))))

    def _threshold(self) -> str:
        """The least total, where it is asked of the total that is ranked; otherwise its sentence says of which it is
        asked (`below`)."""
        least = self.table.scheme.minimum_total
        return str(least) if least and self.table.carried is None else ""

    def _below(self, entry: Ranked) -> tuple[str, ...]:
        return tuple(str(sentence) for sentence in entry.row.below) if entry.row is not None else ()

    def _tender(self, entry: Ranked, *, named: bool) -> AssessedTender:
        assert entry.row is not None  # noqa: S101  (as above)
        firm, decision = entry.organisation, entry.decision
        return AssessedTender(
            organisation=firm.name,
            address=address_of(firm) if named else (),
            email=firm.email if named else "",
            identifiers=tuple(Fact(name=name, value=number) for name, number in numbers_of(firm)) if named else (),
            amount=self._amount(entry) if named and decision is not None and decision.amount else "",
            marks=self._own.explained(entry.ref),
            total=str(entry.row.total),
            total_top=TOP,
            stages=tuple(each.as_assessed(entry.ref) for each in self._counted),
            sum=sum_in_words(self.stage, self.stages, entry.row) if self._counted else "",
        )

    def _amount(self, entry: Ranked) -> str:
        """What is awarded, with what it is of VAT."""
        amount = entry.decision.amount if entry.decision is not None else None
        return str(said(amount or Decimal(0), vat_of(self.call, entry.lot, entry.entry)))

    def _next(self, entry: Ranked) -> tuple[Fact, ...]:
        decision = entry.decision
        assert decision is not None  # noqa: S101  (as above)
        page = f"{self.base_url}/applications/{entry.ref}/stages/{self.stage.key}/outcome"
        if decision.outcome != Outcome.FUND:
            read = Fact(name="Now", value=f"Read the marks and the reasons at {page}.")
            return (read, *self._hand_in(entry)) if decision.outcome == Outcome.ADVANCE else (read,)
        when = "After the standstill" if self.standstill else "When it is firm" if self.assists else "Now"
        answer = Fact(name=when, value=f"The lead of your organisation {self._words.answers} at {page}.")
        first = (Fact(name="Now", value=confirms(page, self.settings["assistance_days"])),) if self.assists else ()
        days = self.settings["acceptance_days"]
        by = (Fact(name="Until when", value=until_when(days)),) if self._expires() else ()
        claimed = (Fact(name="If somebody goes to court", value=CLAIMED),) if self.standstill else ()
        return (*first, answer, *by, *claimed)

    def _expires(self) -> bool:
        """Whether the rules that the call took end an award that nobody answers."""
        workflow = workflows_queries.workflow_of(self.call, "award")
        return any(move.due == "accept_by" for move in workflow.moves)

    def _hand_in(self, entry: Ranked) -> tuple[Fact, ...]:
        """What somebody who goes on does in the next stage, until when, and where: what they hand in, their time."""
        after = self._after(entry)
        if after is None:
            return ()
        page, found = f"{self.base_url}/applications/{entry.ref}", []
        if after.collects and after.closes_at is not None:
            sends = (
                f"Submit your {after.noun} at {page}."
                if after.required
                else f"You can submit your {after.noun} at {page}."
            )
            found.append(Fact(name=f"By {in_words(after.closes_at)}", value=sends))
        if after.presents and after.choose_by is not None:
            chooses = f"Choose a time for “{after.title}” at {self._times(entry, after)}."
            found.append(Fact(name=f"By {in_words(after.choose_by)}", value=chooses))
        return tuple(found)

    def _times(self, entry: Ranked, after: Stage) -> str:
        """The address at which a team that goes on chooses its time."""
        return f"{self.base_url}/applications/{entry.ref}/stages/{after.key}/slot"

    def _after(self, entry: Ranked) -> Stage | None:
        """The stage to which the entry's lot goes on."""
        return stages_queries.following(self.stages, self.stage, entry.lot.id)

    def _reserved_until(self, entry: Ranked) -> str:
        return reserved_until(self.stage, self._after(entry))

    def _meaning(self, reason: str) -> str:
        if not self.stage.awards:
            return f"You go on to the next stage only if somebody who is ranked higher drops out. {reason}"
        return self._words.reserve(reason)

    def _standstill(self) -> str:
        return STANDSTILL_SENTENCE.format(days=self.settings["standstill_days"])

    def _call(self) -> str:
        return f"{self.call.title} ({self.call.ref})"

    def _lot(self, entry: Ranked) -> LotTable:
        return next(each for each in self.table.lots if each.lot.id == entry.lot.id)

    def _lot_title(self, entry: Ranked) -> str:
        return f"Lot {entry.lot.number}: {entry.lot.title}" if len(self.table.lots) > 1 else ""

    def _contact(self) -> str:
        return self.call.contact or str(self.settings["help_email"])
