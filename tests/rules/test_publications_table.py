"""The dictionary of a publication: every name that one can have is explained, and no other."""

from dataclasses import fields

from procurement.rules.publications_table import PUBLICATION
from procurement.rules.published import (
    RETIRED,
    PublishedAward,
    PublishedOrganisation,
)
from procurement.rules.published_documents import PublishedNotice


def test_every_name_of_a_publication_is_explained_and_no_other() -> None:
    inner = {"organisations": PublishedOrganisation, "notices": PublishedNotice}
    names = {each.name for each in fields(PublishedAward)} - set(inner)
    names |= {f"{key}[].{each.name}" for key, kind in inner.items() for each in fields(kind)}
    names |= {f"organisations[].{name}" for name in RETIRED}
    assert {column.name for column in PUBLICATION} == names
