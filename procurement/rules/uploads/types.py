"""The one list of types of files that are taken: by the extension, its media type and its name in words."""

from collections.abc import Collection

_OPEN_XML, _OPEN_DOCUMENT = "application/vnd.openxmlformats-officedocument", "application/vnd.oasis.opendocument"
# The first extension of a media type is the one that a file is given when it is named anew.
TYPES: dict[str, tuple[str, str]] = {
    "pdf": ("application/pdf", "PDF"),
    "docx": (f"{_OPEN_XML}.wordprocessingml.document", "Word"),
    "xlsx": (f"{_OPEN_XML}.spreadsheetml.sheet", "Excel"),
    "pptx": (f"{_OPEN_XML}.presentationml.presentation", "PowerPoint"),
    "odt": (f"{_OPEN_DOCUMENT}.text", "OpenDocument text"),
    "ods": (f"{_OPEN_DOCUMENT}.spreadsheet", "OpenDocument spreadsheet"),
    "png": ("image/png", "PNG"),
    "jpg": ("image/jpeg", "JPEG"),
    "jpeg": ("image/jpeg", "JPEG"),
    "csv": ("text/csv", "CSV"),
    "txt": ("text/plain", "Text"),
}
MEDIA_TYPES = {suffix: media_type for suffix, (media_type, _words) in TYPES.items()}


# What a question may limit its files to: a key that is stored for ever, its name in words, and its extensions.
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "pdf": ("PDF", ("pdf",)),
    "word": ("Word or OpenDocument text", ("docx", "odt")),
    "table": ("Excel, OpenDocument spreadsheet or CSV", ("xlsx", "ods", "csv")),
    "slides": ("PowerPoint", ("pptx",)),
    "picture": ("Picture (PNG or JPEG)", ("png", "jpg", "jpeg")),
    "text": ("Plain text", ("txt",)),
}


def endings_of(groups: Collection[str]) -> tuple[str, ...]:
    """The extensions, without a dot, of the types that a question takes; all of ours where it names none."""
    if not groups:
        return tuple(TYPES)
    return tuple(ending for key, (_, endings) in GROUPS.items() if key in groups for ending in endings)


def type_of(media_type: str) -> tuple[str, str]:
    """(its name in words, the extension with its dot) of a media type; a file of none of ours has no extension."""
    for suffix, (known, words) in TYPES.items():
        if known == media_type:
            return words, f".{suffix}"
    return "File", ""
