"""Every public export of a demonstration city, as strangers fetch it, into a folder: `python -m checks.exports FOLDER`.

What is checked with other people's programs (`checks/open_data.py`), which know nothing of this project. It runs in the
project's own environment; the city is made anew, on SQLite.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient

from procurement.app import create_app
from tests.parts.city import configuration, seeded
from tests.parts.databases import Databases

OK = 200
FILES = {
    "awards.csv": "/awards.csv",
    "awards.json": "/awards.json",
    "awards.xlsx": "/awards.xlsx",
    "datapackage.json": "/data/datapackage.json",
    "dictionary.json": "/data/dictionary.json",
    "grants.json": "/data/360giving.json",
    "calls.ics": "/calls.ics",
    "none.ics": "/calls.ics?q=nothing-is-called-this",
    "calls.json": "/calls.json",
}


def main(folder: Path) -> int:
    databases = Databases()
    with tempfile.TemporaryDirectory(prefix="city-") as place:
        config = configuration(databases.of("sqlite").make(), Path(place))
        ports = seeded(config)
        client = create_app(config, ports).test_client()
        for name, address in FILES.items():
            (folder / name).write_bytes(fetched(client, address))
        for call in json.loads((folder / "calls.json").read_bytes())["calls"]:
            reference = call["reference"]
            (folder / f"call-{reference}.json").write_bytes(fetched(client, f"/calls/{reference}.json"))
        number, following = 0, "/ocds/releases.json"
        ocids: set[str] = set()
        while following:
            number += 1
            page: dict[str, Any] = json.loads(fetched(client, following))
            ocids |= {release["ocid"] for release in page["releases"]}
            if page["releases"]:
                (folder / f"releases-{number}.json").write_text(json.dumps(page))
            parts = urlsplit(page.get("links", {}).get("next", ""))
            following = f"{parts.path}?{parts.query}" if parts.path else ""
        for ocid in sorted(ocids):
            (folder / f"record-{ocid}.json").write_bytes(fetched(client, f"/ocds/records/{ocid}.json"))
    databases.close()
    print(f"exports: {len(list(folder.iterdir()))} files, {len(ocids)} procurements")
    return 0


def fetched(client: FlaskClient, address: str) -> bytes:
    answer = client.get(address)
    if answer.status_code != OK:
        sys.exit(f"{address} answered {answer.status_code}")
    return answer.data


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
