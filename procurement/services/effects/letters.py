"""What the letters and assessment summaries of a call say, from its ranking and the decisions that stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from procurement.models.calls import Call
from procurement.models.people import Organisation
from procurement.models.stages import Stage
from procurement.queries import reserve as reserve_queries
from procurement.queries import stages as stages_queries
from procurement.queries.decisions import LotTable, Ranked, Table
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
)
from procurement.rules.money import format_pounds
from procurement.rules.reasons import as_others_read
from procurement.rules.statuses import Outcome
from procurement.services.effects.letter_marks import TOP, Marked, scale_of
from procurement.services.effects.letter_words import (
    HOW_MODERATED,
    METHOD,
    MODERATED,
    STANDSTILL_SENTENCE,
    TAKEN_OUT,
    WITHHELD,
    comes_next,
    counted_in_words,
    place_in_words,
    sum_in_words,
)
from workflows.facts import day_in_words, in_words


@dataclass(frozen=True)
class Author:
    """Writes for one stage of a call, of which `stages` are all. `earlier` has the rankings of the stages before that
    count in it, by their keys; `standstill`: whether the stage's awards wait for one."""

    call: Call
    stage: Stage
    stages: tuple[Stage, ...]
    table: Table
    settings: Mapping[str, Any]
    base_url: str
    approver: str
    now: datetime
    standstill: bool
    earlier: Mapping[str, Table] = field(default_factory=dict)

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
                amount=format_pounds(decision.amount or 0),
                conditions=tuple(filter(None, (self.call.terms.strip(),))),
                reason=decision.reason,
            )
        if decision.outcome == Outcome.ADVANCE:
            return self._advance(entry, common)
        if decision.outcome == Outcome.RESERVE:
            return ReserveLetter(
                **common,
                **self._not_awarding(),
                meaning=self._meaning(decision.reason),
                until=self._reserved_until(entry),
            )
        return DeclinedLetter(
            **common,
            **self._not_awarding(),
            reasons=(decision.reason, *self._below(entry)),
            review=self._review(),
        )

    def _not_awarding(self) -> dict[str, Any]:
        """The stage and its noun for a letter that is about going on; nothing where it is about an award."""
        return {} if self.stage.awards else {"stage": self.stage.title, "noun": self.stage.decided_noun}

    def _review(self) -> str:
        return (
            f"Write to {self._contact()} and say what you think was overlooked. Somebody who has not dealt with your "
            "application will look at how it was decided."
        )

    def _absence(self, entry: Ranked, reason: str) -> AbsenceLetter:
        """To a team that did not come: nothing was marked, so there are no marks to explain."""
        return AbsenceLetter(
            **self._addressed(entry),
            stage=self.stage.title,
            reasons=(reason,),
            review=self._review(),
            next_steps=self._next(entry),
        )

    def _advance(self, entry: Ranked, common: Mapping[str, Any]) -> AdvanceLetter:
        after = self._after(entry)
        assert entry.decision is not None  # noqa: S101  (as above)
        return AdvanceLetter(
            **common,
            stage=self.stage.title,
            noun=self.stage.decided_noun,
            next_stage=after.title if after is not None else "",
            meaning=f"Your {self.stage.decided_noun} was successful"
            + (f", and you go on to the next stage: {after.title}." if after is not None else "."),
            comes=comes_next(after, self._times(entry, after) if after is not None else ""),
            conditions=entry.decision.reason,
        )

    def summary(self, entry: Ranked) -> AssessmentSummary:
        """Procurement Regulations 2024 reg. 31: the own tender, and every successful one of the lot."""
        decision = entry.decision
        assert decision is not None  # noqa: S101  (summaries follow decisions)
        won = decision.outcome == Outcome.FUND
        lot = self._lot(entry)
        winners = [each for each in lot.entries if each.decision is not None and each.decision.outcome == Outcome.FUND]
        return AssessmentSummary(
            call=self._call(),
            lot=self._lot_title(entry),
            application=entry.ref,
            dated=day_in_words(uk_day(self.now)),
            own=self._tender(entry, named=won),
            why_not=() if won else (decision.reason, *self._below(entry), self._place(entry)),
            winners=tuple(
                as_others_read(self._tender(each, named=True), each.taken) for each in winners if each is not entry
            ),
            scale=scale_of(self._counted or (self._own,)),
            method=self._method(),
            where=f"The criteria and the whole scheme are published at {self.base_url}/calls/{self.call.ref}.",
            scheme=self._own.scheme,
            schemes=tuple(each.fingerprint for each in self._counted),
            standstill=self._standstill(),
            withheld=WITHHELD + (TAKEN_OUT if any(each.taken for each in winners if each is not entry) else ""),
            contact=f"Ask {self._contact()} about this summary.",
        )

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
            "address": _address(firm),
            "application": entry.ref,
            "project": entry.entry.title,
            "call": self._call(),
            "lot": self._lot_title(entry),
            "dated": day_in_words(uk_day(self.now)),
            "contact": self._contact(),
            "signed_by": self.approver,
            "signed_role": "Approver",
        }

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
        return " ".join(filter(None, (counted_in_words(self.stage, self.stages, entry.row), self._in_lot(entry))))

    def _in_lot(self, entry: Ranked) -> str:
        return place_in_words(self._lot(entry), entry)

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
        numbers = (("Company number", firm.company_number), ("Charity number", firm.charity_number))
        return AssessedTender(
            organisation=firm.name,
            address=_address(firm) if named else (),
            email=firm.email if named else "",
            identifiers=tuple(Fact(name=name, value=number) for name, number in numbers if number) if named else (),
            amount=format_pounds(decision.amount) if named and decision is not None and decision.amount else "",
            marks=self._own.explained(entry.ref),
            total=str(entry.row.total),
            total_top=TOP,
            stages=tuple(each.as_assessed(entry.ref) for each in self._counted),
            sum=sum_in_words(self.stage, self.stages, entry.row) if self._counted else "",
        )

    def _next(self, entry: Ranked) -> tuple[Fact, ...]:
        decision = entry.decision
        assert decision is not None  # noqa: S101  (as above)
        page = f"{self.base_url}/applications/{entry.ref}/stages/{self.stage.key}/outcome"
        if decision.outcome != Outcome.FUND:
            read = Fact(name="Now", value=f"Read the marks and the reasons at {page}.")
            return (read, *self._hand_in(entry)) if decision.outcome == Outcome.ADVANCE else (read,)
        when = "After the standstill" if self.standstill else "Now"
        return (Fact(name=when, value=f"The lead of your organisation accepts or refuses the award at {page}."),)

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
        if not reserve_queries.promotes(self.call, self.stage):
            return ""
        after = self._after(entry)
        if self.stage.awards or after is None:
            return "the awards of this call are all answered"
        return (
            f"the next stage, {after.title}, closes"
            if after.collects
            else f"the assessment of the next stage, {after.title}, ends"
        )

    def _meaning(self, reason: str) -> str:
        if not self.stage.awards:
            return f"You go on to the next stage only if somebody who is ranked higher drops out. {reason}"
        if not reserve_queries.promotes(self.call, self.stage):
            return (
                "Applications that are ranked higher were awarded the contract. If one of them refuses, the award does "
                f"not pass to your application: that would need a new call. {reason}"
            )
        return f"We can fund your application only if one that is ranked higher is not taken up. {reason}"

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


def _address(firm: Organisation) -> tuple[str, ...]:
    return tuple(line for line in (firm.street, firm.town, firm.postcode) if line)
