"""Which applications a page about who reads what shows: a hundred at a time, all or those with too few assessors."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from procurement.models.stages import Stage
from procurement.queries import assessment as assessment_queries
from procurement.web.context import session
from procurement.web.parts.paging import Pager, pages_of
from procurement.web.parts.search import Parameters

FEW = "few"
COLUMNS = 10  # assessors beside each other: a page of a hundred rows stays below 300 kB


@dataclass(frozen=True)
class Listed:
    """The rows of one page, how many there are in all, and the way to the others; `shown` is FEW or nothing."""

    rows: list[assessment_queries.Row]
    counts: assessment_queries.Counts
    shown: str
    pager: Pager
    ignored: list[str]
    columns: int  # which page of assessors, from 1

    @property
    def kept(self) -> dict[str, Any]:
        """What the address of another page of this list, or what follows a press on it, says too."""
        return given(self.shown, self.pager.number, self.columns)


def given(shown: str, page: int, columns: int) -> dict[str, Any]:
    return {
        **({"show": shown} if shown else {}),
        **({"page": page} if page > 1 else {}),
        **({"assessors": columns} if columns > 1 else {}),
    }


def listed(stage: Stage, endpoint: str) -> Listed:
    """What the address asks for; a page that there is not is the last."""
    read = Parameters(request.args)
    shown, asked, columns = read.one("show", (FEW,)), read.number("page") or 1, read.number("assessors") or 1
    counts = assessment_queries.counts_of(session(), stage)
    last = pages_of(counts.few if shown else counts.all, assessment_queries.PAGE)
    number = min(asked, last)

    def address(page: int) -> str:
        return url_for(endpoint, ref=stage.call.ref, stage=stage.key, **given(shown, page, columns))

    return Listed(
        rows=assessment_queries.page_of(session(), stage, number, few=bool(shown)),
        counts=counts,
        shown=shown,
        pager=Pager(number, last, address, asked),
        ignored=[each.shown for each in read.ignored],
        columns=columns,
    )
