"""Unpredictable bytes from the operating system."""

import secrets


class SystemRandomness:
    """For references, salts and tokens: nobody can guess the next one."""

    def bytes(self, count: int) -> bytes:
        return secrets.token_bytes(count)
