"""Passwords, hashed with argon2id in one normal form: an é is the same from every keyboard (NIST SP 800-63B 3.1.1.2).

Releases before hashed them as they were typed, so that one which does not fit is tried so as well.
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from procurement.rules.normal_forms import normal_form


class Argon2:
    """`cost` is argon2's time cost: 3 in service, 1 in tests."""

    def __init__(self, cost: int) -> None:
        memory = 65536 if cost > 1 else 1024
        self._hasher = PasswordHasher(time_cost=cost, memory_cost=memory)
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        return self._hasher.hash(normal_form("NFC", password))

    def fits(self, password: str, hashed: str | None) -> bool:
        composed = normal_form("NFC", password)
        return self._is(composed, hashed) or (composed != password and self._is(password, hashed))

    def anew(self, password: str, hashed: str | None) -> str | None:
        composed = normal_form("NFC", password)
        return self.hash(composed) if composed != password and not self._is(composed, hashed) else None

    def _is(self, password: str, hashed: str | None) -> bool:
        # an unknown address takes as long as a wrong password
        try:
            return self._hasher.verify(hashed or self._nobody, password) and hashed is not None
        except (VerifyMismatchError, InvalidHashError):
            return False
