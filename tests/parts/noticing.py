"""A notice taken through its pages, from the draft to its publication in law."""

from datetime import datetime
from typing import Any

from workflows.facts import UK

NUMBER = "012345-2027"
ADDRESS = f"https://www.find-tender.service.gov.uk/Notice/{NUMBER}"


def entered(at: datetime, **other: str) -> dict[str, str]:
    """What an officer types of where a notice was published, at an instant."""
    local = at.astimezone(UK)
    parts = {"day": local.day, "month": local.month, "year": local.year, "time": f"{local:%H:%M}"}
    return {
        "number": NUMBER,
        "address": ADDRESS,
        **{f"at-{name}": str(value) for name, value in parts.items()},
        **other,
    }


def steps(officer: Any, approver: Any, page: str, base: str, at: datetime) -> list[int]:
    """A drafted notice approved, entered and confirmed on its page; the statuses of the three presses."""
    return [
        approver.send(page, to=f"{base}/approve").status_code,
        officer.send(page, entered(at), to=f"{base}/enter").status_code,
        approver.send(page, {"seen": NUMBER}, to=f"{base}/confirm").status_code,
    ]


def published(officer: Any, approver: Any, root: str, at: datetime) -> None:
    """The award notice of the stage at an address, from nothing to published."""
    page = f"{root}/notices"
    assert officer.send(page, to=f"{page}/draft").status_code == 303
    assert steps(officer, approver, page, page, at) == [303, 303, 303]
