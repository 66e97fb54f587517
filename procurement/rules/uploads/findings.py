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
    FORM = UNUSABLE, "form"
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


TEXTS: dict[Finding, str] = {
    Finding.EMPTY: "“%(name)s” is empty. Check on your device that it opens and has content, then upload it again.",
    Finding.DAMAGED: "“%(name)s” is damaged or arrived incomplete. "
    "Save it again as %(wanted)s and upload the new copy.",
    Finding.PASSWORD: "“%(name)s” is protected by a password, so nobody here could read it. "
    "Save a copy without the password and upload that.",
    Finding.MACROS: "“%(name)s” contains macros, which we do not take. Save a copy without macros and upload that.",
    Finding.SCRIPTS: "“%(name)s” runs a script or another program when it is opened. "
    "Print it to a new PDF and upload that.",
    Finding.FORM: "“%(name)s” is a form that most programs show as “Please wait”, so nobody here could read it. "
    "Open it where you filled it in, print it to a new PDF, and upload that.",
    Finding.NESTED: "“%(name)s” has another archive inside it%(where)s. "
    "Take that out, and upload its files one by one.",
    Finding.BOMB: "“%(name)s” unpacks to far more than a document would. "
    "Save it again as a smaller document, or as a PDF.",
    Finding.PIXELS: "“%(name)s” has too many pixels. Make the picture smaller and upload it again.",
    Finding.NOT_TEXT: "“%(name)s” is not plain text, although it is named %(wanted)s. "
    "Save it as plain text (UTF-8) and upload it again.",
    Finding.OLD_OFFICE: "“%(name)s” is an older Office file, although it is named %(wanted)s. "
    "Open it and save it as %(wanted)s or PDF.",
    Finding.TWO_KINDS: "“%(name)s” is two kinds of file in one. Save it again as %(wanted)s and upload the new copy.",
    Finding.MISMATCH: "“%(name)s” is named %(wanted)s, but something else is in it. "
    "Open it, save it as %(wanted)s, and upload the new copy.",
}


def sentence(finding: Finding, name: str, wanted: str, inside: str = "") -> Sentence:
    """One sentence that names the file and says what to do. `wanted`: the extension, in capitals; `inside`: which of
    the parts that are packed into it is meant, if one is."""
    where = f" (“{inside}”)" if inside else ""
    return Sentence(TEXTS[finding], name=name, wanted=wanted, where=where)
