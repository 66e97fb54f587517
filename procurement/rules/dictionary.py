"""The dictionary of the open data: every column of every form, from the definition that the forms are written of."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from procurement.rules.award_columns import AWARD_COLUMNS
from procurement.rules.awards_table import ENCODING, PROTECTION
from procurement.rules.calls_table import CHANGE, LISTED_CALL, LISTED_NOTICE, WHOLE_CALL, WHOLE_NOTICE
from procurement.rules.columns import Column
from procurement.rules.organisations_table import ORGANISATION_COLUMNS
from procurement.rules.publications_table import PUBLICATION, QUESTION
from procurement.rules.published import OPEN_GOVERNMENT_LICENCE


class Section(NamedTuple):
    """What one kind of thing is said to be; `forms`: the addresses of which it is true; `like`: a section whose columns
    it has too."""

    key: str
    title: str
    forms: tuple[str, ...]
    columns: Sequence[Column]
    like: str = ""

    @property
    def own(self) -> list[Column]:
        """Its columns but those of the section that it is like."""
        others = next((each.columns for each in SECTIONS if each.key == self.like), ())
        return [each for each in self.columns if each not in others]


SECTIONS = (
    Section(
        "awards",
        "Awards and grants",
        ("/awards.csv", "/awards.json (awards[])", "/awards.xlsx", "/awards/<id>.json (award)"),
        AWARD_COLUMNS,
    ),
    Section("calls", "Calls", ("/calls.json (calls[])",), LISTED_CALL),
    Section("call", "One call", ("/calls/<reference>.json",), WHOLE_CALL, like="calls"),
    Section("notices", "Notices", ("/notices.json (notices[])",), LISTED_NOTICE),
    Section(
        "organisations",
        "Organisations",
        ("/organisations.json (organisations[])", "/organisations/<id>.json (organisation)"),
        ORGANISATION_COLUMNS,
    ),
    Section("questions", "Questions about a call", ("/calls/<reference>/questions.json (questions[])",), QUESTION),
    Section(
        "publication",
        "One publication of an award, as its digest was taken of it",
        ("/awards/<id>/publications/<number>.json",),
        PUBLICATION,
    ),
    Section("changes", "Changes and withdrawals", ("/changes.json (changes[])",), CHANGE),
    Section("notice", "One notice", ("/notices/<id>.json (notice)",), WHOLE_NOTICE, like="notices"),
)
STANDARDS = {
    "OCDS 1.1.5": "https://standard.open-contracting.org/1.1/en/schema/reference/",
    "360Giving 1.4": "https://standard.threesixtygiving.org/",
    "Frictionless": "https://specs.frictionlessdata.io/tabular-data-package/",
}


def dictionary_of(authority: str, base_url: str) -> dict[str, Any]:
    """All of it, for programs."""
    return {
        "licence": OPEN_GOVERNMENT_LICENCE,
        "publisher": authority,
        "source": f"{base_url}/data",
        "notes": {
            "csv": f"{ENCODING} {PROTECTION}",
            "json": "What is not there is null. Amounts are pounds; instants are in UTC; days are the UK's.",
            "xlsx": "Times are the UK's, codes are in words; a sheet explains the columns.",
        },
        "tables": [
            {
                "name": each.key,
                "title": each.title,
                "forms": list(each.forms),
                "columns": [column.described() for column in each.columns],
            }
            for each in SECTIONS
        ],
        "standards": dict(STANDARDS),
    }
