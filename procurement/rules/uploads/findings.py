"""What can be wrong with a file, the status it is answered with, and the sentence that says what to do about it."""

from enum import Enum

from workflows.facts import Sentence

TOO_LARGE, WRONG_TYPE, UNUSABLE = 413, 415, 422


class Finding(Enum):
    EMPTY = UNUSABLE, "empty"
    DAMAGED = UNUSABLE, "damaged"
    PASSWORD = UNUSABLE, "password"
    MACROS = UNUSABLE, "macros"
    SCRIPTS = UNUSABLE, "scripts"
    NESTED = UNUSABLE, "nested"
    BOMB = UNUSABLE, "bomb"
    PIXELS = UNUSABLE, "pixels"
    NOT_TEXT = WRONG_TYPE, "not_text"
    OLD_OFFICE = WRONG_TYPE, "old_office"
    TWO_KINDS = WRONG_TYPE, "two_kinds"
    MISMATCH = WRONG_TYPE, "mismatch"

    @property
    def status(self) -> int:
        return self.value[0]


def sentence(finding: Finding, name: str, wanted: str) -> Sentence:
    """One sentence that names the file and says what to do. `wanted`: the extension, in capitals."""
    match finding:
        case Finding.EMPTY:
            return Sentence(
                "“%(name)s” is empty. Check on your device that it opens and has content, then upload it again.",
                name=name,
            )
        case Finding.DAMAGED:
            return Sentence(
                "“%(name)s” is damaged or arrived incomplete. Save it again as %(wanted)s and upload the new copy.",
                name=name,
                wanted=wanted,
            )
        case Finding.PASSWORD:
            return Sentence(
                "“%(name)s” is protected by a password, so nobody here could read it. "
                "Save a copy without the password and upload that.",
                name=name,
            )
        case Finding.MACROS:
            return Sentence(
                "“%(name)s” contains macros, which we do not take. Save a copy without macros and upload that.",
                name=name,
            )
        case Finding.SCRIPTS:
            return Sentence(
                "“%(name)s” runs a script or another program when it is opened. Print it to a new PDF and upload that.",
                name=name,
            )
        case Finding.NESTED:
            return Sentence(
                "“%(name)s” has another archive inside it. Take that out, and upload its files one by one.", name=name
            )
        case Finding.BOMB:
            return Sentence(
                "“%(name)s” unpacks to far more than a document would. "
                "Save it again as a smaller document, or as a PDF.",
                name=name,
            )
        case Finding.PIXELS:
            return Sentence("“%(name)s” has too many pixels. Make the picture smaller and upload it again.", name=name)
        case Finding.NOT_TEXT:
            return Sentence(
                "“%(name)s” is not plain text, although it is named %(wanted)s. "
                "Save it as plain text (UTF-8) and upload it again.",
                name=name,
                wanted=wanted,
            )
        case Finding.OLD_OFFICE:
            return Sentence(
                "“%(name)s” is an older Office file, although it is named %(wanted)s. "
                "Open it and save it as %(wanted)s or PDF.",
                name=name,
                wanted=wanted,
            )
        case Finding.TWO_KINDS:
            return Sentence(
                "“%(name)s” is two kinds of file in one. Save it again as %(wanted)s and upload the new copy.",
                name=name,
                wanted=wanted,
            )
        case Finding.MISMATCH:
            return Sentence(
                "“%(name)s” is named %(wanted)s, but something else is in it. "
                "Open it, save it as %(wanted)s, and upload the new copy.",
                name=name,
                wanted=wanted,
            )
