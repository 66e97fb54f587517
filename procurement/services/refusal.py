"""The one exception of the house: a use case was asked for and refused."""

from workflows.facts import Sentence


class Refusal(Exception):
    """Nothing was changed; the reasons are for the person who asked. `status` is the page's HTTP status: 409, or 410
    where it is the deadline, 403 where it is the role, 404 where it must not be known to exist."""

    def __init__(self, *reasons: Sentence | str, status: int = 409) -> None:
        self.reasons = tuple(reason if isinstance(reason, Sentence) else Sentence(reason) for reason in reasons)
        self.status = status
        super().__init__(" ".join(map(str, self.reasons)))


class Stale(Refusal):
    """Somebody else saved in between: both texts, so that nothing typed is lost.

    `yours` and `theirs` map names of fields to texts; `version` is the one to save over when the person has chosen.
    """

    def __init__(self, *, yours: dict[str, str], theirs: dict[str, str], version: int, saved_by: str = "") -> None:
        super().__init__(Sentence("Somebody changed this while you were editing."))
        self.yours, self.theirs, self.version, self.saved_by = yours, theirs, version, saved_by
