"""A call as the lists of data say it: with its stages, its version, and since when it is as it is."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.web import context
from procurement.web.public.call_texts import beginning, deciding


def absolute(path: str) -> str:
    return f"{context.config().base_url}{path}"


def page_of(call: Call) -> str:
    return absolute(url_for("calls.show", ref=call.ref))


@dataclass(frozen=True)
class Listed:
    """A call with its stages in their order, the number of the version that it is at, and when that was published."""

    call: Call
    stages: list[Stage]
    version: int
    changed_at: datetime | None
    published_at: datetime | None  # the newest publication of it in the register: its cancellation is one
    moved: tuple[datetime, str] | None = None  # when its dates last moved, and why

    @property
    def first(self) -> Stage:
        return beginning(self.stages, context.now())

    @property
    def last(self) -> Stage:
        return deciding([stage for stage in self.stages if stage.window == self.first.window])

    @property
    def marked(self) -> Stage | None:
        """The last stage of the window that has a scheme of its own: a panel decides by the marks of an earlier one."""
        window = [stage for stage in self.stages if stage.window == self.first.window]
        return next((stage for stage in reversed(window) if stage.scheme is not None), None)

    @property
    def updated(self) -> datetime | None:
        """When it was last recorded that something of it changed: published, changed, ended, told."""
        ended = [stage.ended_at for stage in self.stages]
        known = (self.changed_at, self.published_at, self.last.told_at, *ended)
        return max((each for each in known if each is not None), default=None)

    @property
    def as_of(self) -> datetime | None:
        """Since when it is as it is: when it was changed, or the clock opened or closed a stage of it."""
        passed = (each for stage in self.stages for each in (stage.opens_at, stage.closes_at) if each is not None)
        known = [each for each in (self.updated, *passed) if each is not None and each <= context.now()]
        return max(known, default=None)
