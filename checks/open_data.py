"""The open data under other people's programs: `python checks/open_data.py FOLDER STANDARDS`.

It runs in an environment of its own (requirements-check.txt) on the files that `checks.exports` wrote. Every line that
it prints is one program and what it found; a fault is printed whole, and ends it with 1.
"""

import contextlib
import csv
import io
import json
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent))

from offline import instead_of_the_network

UK = ZoneInfo("Europe/London")
HERE = Path(sys.executable).parent
BESIDE_THE_SCHEMA = {"links"}  # of the pagination extension, which the tool knows for packages but not here
Faults = Iterator[str]


def json_of(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def ran(*command: str, given: bytes = b"") -> tuple[int, bytes, bytes]:
    done = subprocess.run([str(HERE / command[0]), *command[1:]], input=given, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


# the standards


def libcoveocds(folder: Path, standards: Path) -> Faults:
    """The Open Contracting Partnership's own checker: no error, no deprecated field, no field that it does not know."""
    from libcoveocds.api import ocds_json_output
    from libcoveocds.config import LibCoveOCDSConfig

    config = LibCoveOCDSConfig()
    config.config["context"] = "api"
    config.config["standard_zip"] = f"file://{standards / 'ocds' / 'standard-1__1__5.zip'}"
    for path in [*folder.glob("releases-*.json"), *folder.glob("record-*.json")]:
        with tempfile.TemporaryDirectory() as place, contextlib.chdir(place), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = ocds_json_output(place, str(path), lib_cove_ocds_config=config)
        for each in found["validation_errors"]:
            yield f"{path.name}: {each}"
        unknown = {f"{each[1]}/{each[0]}".strip("/") for each in _rows(found.get("additional_fields"))}
        yield from (f"{path.name}: unknown field {each}" for each in sorted(unknown - BESIDE_THE_SCHEMA))
        yield from (f"{path.name}: deprecated {each}" for each in found.get("deprecated_fields") or ())
        yield from (
            f"{path.name}: extension {each}" for each in found.get("extensions", {}).get("invalid_extension", ())
        )
        if "json_deref_error" in found:
            yield f"{path.name}: {found['json_deref_error']}"


def _rows(found: Any) -> list[tuple[str, str]]:
    """Additional fields, of whichever shape this version has them."""
    if isinstance(found, dict):
        return [(each.get("field", key), each.get("path", "")) for key, each in found.items()]
    return [(each["field"], each["path"]) for each in found or ()]


def ocdskit(folder: Path, _: Path) -> Faults:
    """It knows what each file is, and reads its releases."""
    for path in [*folder.glob("releases-*.json"), *folder.glob("record-*.json")]:
        code, said, wrong = ran("ocdskit", "detect-format", str(path))
        expected = b"release package" if path.name.startswith("releases") else b"record package"
        if code or expected not in said:
            yield f"{path.name}: {said!r} {wrong!r}"


def ocdsmerge(folder: Path, standards: Path) -> Faults:
    """What it makes of the releases is the compiled release that we publish."""
    from ocdsmerge import Merger

    merger = Merger(json_of(standards / "ocds" / "release-schema-patched.json"))
    for path in folder.glob("record-*.json"):
        (record,) = json_of(path)["records"]
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # as of an id that a list has twice
            made = merger.create_compiled_release(record["releases"])
        ours = record["compiledRelease"]
        for key in sorted(set(made) | set(ours)):
            if key != "id" and made.get(key) != ours.get(key):
                yield f"{path.name}: {key} is {ours.get(key)!r}, and {made.get(key)!r} by ocdsmerge"


def flattentool(folder: Path, standards: Path) -> Faults:
    """Both standards become tables without a warning of a row that is lost."""
    schemas = {"releases-1.json": ("releases", standards / "ocds" / "release-schema-patched.json"),
               "grants.json": ("grants", standards / "360giving" / "schema" / "360-giving-schema.json")}  # fmt: skip
    for name, (root, schema) in schemas.items():
        with tempfile.TemporaryDirectory() as place:
            options = ("--root-list-path", root, "-o", place, "-f", "csv", "-m", root, "--schema", str(schema))
            code, _, wrong = ran("flatten-tool", "flatten", str(folder / name), *options)
            rows = list(csv.DictReader(io.StringIO((Path(place) / f"{root}.csv").read_text()))) if not code else []
        count = len(json_of(folder / name)[root])
        if code or len(rows) != count:
            yield f"{name}: {len(rows)} rows of {count}; {wrong.decode()[-2000:]}"


# the tables


def frictionless(folder: Path, _: Path) -> Faults:
    """The table is what its data package says, with its types, codes and key."""
    import frictionless as library

    package = json_of(folder / "datapackage.json")
    package["resources"][0]["path"] = "awards.csv"
    report = library.Package(package, basepath=str(folder)).validate()
    for task in report.tasks:
        yield from (f"{task.name}: {each.message}" for each in task.errors)
    yield from (each.message for each in report.errors)
    with library.Package(package, basepath=str(folder)).get_resource("awards") as resource:
        read = {row["id"]: row for row in resource.row_stream}
    for each in json_of(folder / "awards.json")["awards"]:
        row = read[each["id"]]
        for name in ("amount", "sme", "vcse", "publication", "applications", "kind"):
            if row[name] != each[name]:
                yield f"{each['id']}: {name} is {row[name]!r} in CSV and {each[name]!r} in JSON"


def csvkit(folder: Path, _standards: Path) -> Faults:
    """csvclean finds no row of another length; csvjson reads as many rows as there are awards, by the names of the
    columns. A column may be empty: on most days nothing is suspended."""
    code, _, wrong = ran("csvclean", "--length-mismatch", "-e", "utf-8-sig", str(folder / "awards.csv"))
    if code or wrong.strip():
        yield f"csvclean: {wrong.decode()[-2000:]}"
    code, said, wrong = ran("csvjson", "--no-inference", str(folder / "awards.csv"))
    rows = json.loads(said) if not code else []
    awards = json_of(folder / "awards.json")["awards"]
    if len(rows) != len(awards) or (rows and set(rows[0]) != set(awards[0])):
        yield f"csvjson: {len(rows)} rows of {len(awards)}; {wrong.decode()[-500:]}"


def openpyxl(folder: Path, _: Path) -> Faults:
    """The workbook has dates as dates, numbers as numbers, a frozen head and a filter."""
    import openpyxl as library

    book = library.load_workbook(folder / "awards.xlsx")
    sheet = book.worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    awards = json_of(folder / "awards.json")["awards"]
    if len(rows) != len(awards) + 1 or sheet.freeze_panes is None or not sheet.auto_filter.ref:
        yield f"{len(rows)} rows, frozen at {sheet.freeze_panes}, filter {sheet.auto_filter.ref}"
    heads = [str(each) for each in rows[0]]
    for number, award in enumerate(awards, 1):
        row = dict(zip(heads, rows[number], strict=True))
        if row["Awarded"].date() != date.fromisoformat(award["awarded_on"]):
            yield f"{award['id']}: awarded {row['Awarded']!r}"
        published = datetime.fromisoformat(award["published_at"]).astimezone(UK).replace(tzinfo=None)
        if row["First published (UK time)"] != published:
            yield f"{award['id']}: published {row['First published (UK time)']!r}, not {published!r}"
        if award["amount"] not in row.values():
            yield f"{award['id']}: {award['amount']} is no number of its row"


# calendars


def expected(folder: Path) -> dict[str, datetime]:
    """When each stage of each call opens, ends questions and closes, by the id of its event, from the calls' JSON."""
    found = {}
    for path in folder.glob("call-*.json"):
        call = json_of(path)
        for number, stage in enumerate(call["stages"]):
            mark = f"{stage['key']}-" if number else ""  # the first has no mark, as when there was but one
            for kind, name in (("opens", "opens_at"), ("questions", "ask_by"), ("closes", "closes_at")):
                if stage[name]:
                    found[f"{call['reference']}-{mark}{kind}"] = datetime.fromisoformat(stage[name])
    return found


def compared(folder: Path, read: dict[str, datetime]) -> Faults:
    """What a library makes of every opening and closing, in summer and in winter."""
    known = expected(folder)
    yield from (
        f"{uid} is only in {'JSON' if uid in known else 'the calendar'}" for uid in sorted(set(known) ^ set(read))
    )
    known = {uid: at for uid, at in known.items() if uid in read}
    seasons = {at.astimezone(UK).utcoffset() == timedelta(hours=1) for at in known.values()}
    if seasons != {True, False}:
        yield f"only {len(known)} instants, of one season"
    for uid, at in known.items():
        if abs(read[uid].astimezone(UTC) - at.astimezone(UTC)) >= timedelta(seconds=1):
            yield f"{uid} is at {at.isoformat()}, and at {read[uid].isoformat()} by it"


def icalendar(folder: Path, _: Path) -> Faults:
    import icalendar as library

    for name in ("none.ics", "calls.ics"):
        whole = library.Calendar.from_ical((folder / name).read_bytes())
        yield from (f"{name}: {each}" for part in whole.walk() for each in part.errors)
    moments = {str(each["uid"]): each["dtstart"].dt for each in whole.events}
    yield from compared(folder, {uid: at for uid, at in moments.items() if isinstance(at, datetime)})


def vobject(folder: Path, _: Path) -> Faults:
    import vobject as library

    for name in ("none.ics", "calls.ics"):
        whole = library.readOne((folder / name).read_text("utf-8"))
        whole.validate(raiseException=True)
    moments = {each.uid.value: each.dtstart.value for each in whole.vevent_list}
    yield from compared(folder, {uid: at for uid, at in moments.items() if isinstance(at, datetime)})


def ics(folder: Path, _: Path) -> Faults:
    import ics as library

    library.Calendar((folder / "none.ics").read_text("utf-8"))
    whole = library.Calendar((folder / "calls.ics").read_text("utf-8"))
    yield from compared(folder, {each.uid: each.begin.datetime for each in whole.events if not each.all_day})


def ical(folder: Path, _: Path) -> Faults:
    from ical.calendar_stream import IcsCalendarStream

    IcsCalendarStream.calendar_from_ics((folder / "none.ics").read_text("utf-8"))
    whole = IcsCalendarStream.calendar_from_ics((folder / "calls.ics").read_text("utf-8"))
    moments = {str(each.uid): each.dtstart for each in whole.events}
    yield from compared(folder, {uid: at for uid, at in moments.items() if isinstance(at, datetime)})


def node(folder: Path, _: Path) -> Faults:
    """ical.js and node-ical, where there is npm: `checks/calendars.mjs` prints what each reads."""
    program = Path(__file__).resolve().parent / "calendars.mjs"
    done = subprocess.run(["node", str(program), str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        yield done.stderr[-2000:]
        return
    for name, read in json.loads(done.stdout).items():
        moments = {uid: datetime.fromisoformat(at) for uid, at in read.items()}
        yield from (f"{name}: {each}" for each in compared(folder, moments))


CHECKS: tuple[Callable[[Path, Path], Faults], ...] = (
    libcoveocds,
    ocdskit,
    ocdsmerge,
    flattentool,
    frictionless,
    csvkit,
    openpyxl,
    icalendar,
    vobject,
    ics,
    ical,
    node,
)
NEED_STANDARDS = (libcoveocds, ocdsmerge, flattentool)


def main(folder: Path, standards: Path, *left_out: str) -> int:
    instead_of_the_network(standards)
    wrong = 0
    for check in CHECKS:
        name = check.__name__
        if name in left_out or (check in NEED_STANDARDS and not standards.is_dir()):
            print(f"{name}: left out")
            continue
        try:
            faults = list(check(folder, standards))
        except Exception as fault:  # a program that stumbles over our data is a fault of it
            faults = [f"stopped with {fault!r}"]
        print(f"{name}: {len(faults)} faults", *faults[:20], sep="\n    " if faults else "")
        wrong += len(faults)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), *sys.argv[3:]))
