"""The text of a message as a page shows it: its lines, and the one link that is ours as a link."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from procurement.rules.messages import SECRET_LINK

RULE = "—" * 8


def lines_of(body: str, base_url: str, *, secrets: bool) -> list[tuple[str, str]]:
    """(text, address or nothing) for each line; paragraphs are one line, which the page breaks where it ends.

    Without `secrets`, links that let somebody in are left out.
    """
    shown = []
    for line in _unfolded(body):
        text = line.strip()
        path = urlsplit(text).path if text.startswith(f"{base_url}/") else ""
        if path and not secrets and SECRET_LINK.fullmatch(path):
            shown.append((f"{base_url}/…", ""))
        elif path:
            shown.append((text, text.removeprefix(base_url)))
        else:
            shown.append((RULE if set(text) == {"-"} else line, ""))
    return shown


def _unfolded(body: str) -> Iterator[str]:
    """The lines as they were before they were broken for mail; items and indented lines stand alone."""
    for block in body.strip("\n").split("\n\n"):
        paragraph = ""
        for line in block.splitlines():
            if line.startswith(("* ", " ")):
                if paragraph:
                    yield paragraph
                    paragraph = ""
                yield line.rstrip()
            else:
                paragraph = f"{paragraph} {line.strip()}".strip()
        if paragraph:
            yield paragraph
        yield ""
