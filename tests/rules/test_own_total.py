"""What one assessor's own marks come to."""

from decimal import Decimal

import pytest

from procurement.rules.assessment import own_total
from tests.workflows.schemes import criterion, scheme

SCHEME = scheme(criterion("need", 30), criterion("plan", 70))


@pytest.mark.parametrize(
    ("marks", "total"),
    [
        ({"need": 5, "plan": 5}, Decimal("100.00")),
        ({"need": 1, "plan": 4}, Decimal("62.00")),
        ({"need": 0, "plan": 0}, Decimal("0.00")),
        ({"need": 5, "plan": None}, None),
        ({"need": 5}, None),
        ({}, None),
    ],
)
def test_a_total_stands_only_where_every_mark_is_there(marks, total):
    assert own_total(SCHEME, marks) == total
