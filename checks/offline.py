"""The published standards as files, for programs that would fetch them: no check here reaches the network."""

import io
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

ARCHIVES = "github.com"  # /<owner>/<repository>/archive/<version>.zip
EXTENSIONS = "raw.githubusercontent.com"
SCHEMA_OF_VERSIONS = "versioned-release-validation-schema.json"
FOUND, MISSING = 200, 404


class Files(BaseAdapter):
    """Answers for the extensions of OCDS, from their archives, and for the one schema that nothing here is held to
    (records leave out their versions); for anything else there is no network."""

    def __init__(self, standards: Path) -> None:
        super().__init__()
        self.standards = standards

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        parts = urlsplit(str(request.url))
        if parts.path.endswith(f"/{SCHEMA_OF_VERSIONS}"):
            return answer(request, b"{}")
        _, _, repository, version, *rest = [*parts.path.split("/"), "", "", ""]
        if parts.hostname == ARCHIVES:
            version = rest[0].removesuffix(".zip")
        archive = self.standards / "ocds" / "extensions" / f"{repository}@{version}.zip"
        if parts.hostname not in (EXTENSIONS, ARCHIVES) or not archive.is_file():
            raise requests.ConnectionError(f"there is no network here, and no file for {request.url}")
        if parts.hostname == ARCHIVES:
            return answer(request, archive.read_bytes())
        with zipfile.ZipFile(archive) as packed:
            name = f"{repository}-{version}/{'/'.join(each for each in rest if each)}"
            return answer(request, packed.read(name) if name in packed.namelist() else None)

    def close(self) -> None:
        """Nothing is open."""


def answer(request: requests.PreparedRequest, body: bytes | None) -> requests.Response:
    status = MISSING if body is None else FOUND
    raw = HTTPResponse(io.BytesIO(body or b""), status=status, preload_content=False, request_url=str(request.url))
    response = requests.Response()
    response.status_code, response.raw = status, raw
    response.url, response.request = str(request.url), request
    return response


def instead_of_the_network(standards: Path) -> None:
    """From here on every request of this process is answered by files."""
    files = Files(standards)
    requests.Session.get_adapter = lambda self, url: files  # type: ignore[method-assign]
