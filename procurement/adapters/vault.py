"""Where answers and files are closed and opened. Plain for now: readable, but not to be moved or altered."""

import hashlib
import hmac

from procurement.rules.ports import VaultRefused

MAGIC = b"TTV1"
PLAIN_MARK = b"p"
DIGEST_SIZE = 32
HEADER_SIZE = len(MAGIC) + len(PLAIN_MARK) + DIGEST_SIZE


class PlainVault:
    """The vault of calls that are not sealed.

    The header names version and scheme, so that sealed and plain content can lie side by side once sealing comes;
    the digest binds the content to its context, so that an answer pasted into another place is refused.
    """

    def seal(self, plain: bytes, context: str) -> bytes:
        return MAGIC + PLAIN_MARK + _bind(plain, context) + plain

    def open(self, closed: bytes, context: str) -> bytes:
        if len(closed) < HEADER_SIZE or not closed.startswith(MAGIC):
            raise VaultRefused("This was not closed by the vault.")
        if closed[len(MAGIC) : len(MAGIC) + 1] != PLAIN_MARK:
            raise VaultRefused("This was closed by a scheme that this vault does not have.")
        plain = closed[HEADER_SIZE:]
        if not hmac.compare_digest(closed[len(MAGIC) + 1 : HEADER_SIZE], _bind(plain, context)):
            raise VaultRefused("This was altered, or belongs somewhere else.")
        return plain


def _bind(plain: bytes, context: str) -> bytes:
    where = context.encode()
    return hashlib.sha256(MAGIC + PLAIN_MARK + len(where).to_bytes(4) + where + plain).digest()
