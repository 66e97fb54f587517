"""The text of a message as a page shows it: its lines, and the one link that is ours as a link."""

import re
from urllib.parse import urlsplit

SECRET_LINK = re.compile(r"/(?:password|register/confirm|invitations)/[\w-]+")


def lines_of(body: str, base_url: str, *, secrets: bool) -> list[tuple[str, str]]:
    """(text, address or nothing) for each line. Without `secrets`, links that let somebody in are left out."""
    shown = []
    for line in body.splitlines():
        text = line.strip()
        path = urlsplit(text).path if text.startswith(f"{base_url}/") else ""
        if path and not secrets and SECRET_LINK.fullmatch(path):
            shown.append((f"{base_url}/…", ""))
        elif path:
            shown.append((text, text.removeprefix(base_url)))
        else:
            shown.append((line.rstrip(), ""))
    return shown
