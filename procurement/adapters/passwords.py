"""Passwords, hashed with argon2id."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError


class Argon2:
    """`cost` is argon2's time cost: 3 in service, 1 in tests."""

    def __init__(self, cost: int) -> None:
        memory = 65536 if cost > 1 else 1024
        self._hasher = PasswordHasher(time_cost=cost, memory_cost=memory)
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def fits(self, password: str, hashed: str | None) -> bool:
        # an unknown e-mail takes as long as a wrong password
        try:
            return self._hasher.verify(hashed or self._nobody, password) and hashed is not None
        except (VerifyMismatchError, InvalidHashError):
            return False
