"""Verify codes: how they are made, shown and read again."""

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing in it is mistaken for another when read aloud or typed
CODE_LENGTH = 12


def code_from(random_bytes: bytes) -> str:
    """A verify code from twelve unpredictable bytes: 60 bits, as it is stored."""
    return "".join(CODE_ALPHABET[byte % len(CODE_ALPHABET)] for byte in random_bytes[:CODE_LENGTH])


def grouped(code: str) -> str:
    """A code as people read it: K7QM-2XWD-9RTA."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def code_typed(text: str) -> str:
    """The stored form of a code as somebody typed it: any case, any grouping, O for 0, I or L for 1."""
    kept = "".join(character for character in text.upper() if character.isalnum())
    return kept.translate(str.maketrans("OIL", "011"))[: CODE_LENGTH + 1]
