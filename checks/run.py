"""`make check-data`: our open data under other people's programs, in an environment of their own (.venv-check).

The published standards lie beside the project, in shared/standards; what needs them is left out where they are not, and
insisted on with REQUIRE_ALL=1. Arguments name the programs to leave out (`checks.open_data`).
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from bootstrap import PROJECT_ROOT, QUIET_PIP, VENV, once, python, run, say, succeeds


def main(rest: Sequence[str]) -> int:
    """Our open data under other people's programs, in an environment of their own; the standards are beside us."""
    standards = PROJECT_ROOT.parent / "shared" / "standards"
    if not standards.is_dir():
        say(f"the published standards are not in {standards}: what needs them is left out")
        if os.environ.get("REQUIRE_ALL") == "1":
            return 1
    programs = PROJECT_ROOT / ".venv-check"
    its_python = programs / "bin" / "python"
    lock = PROJECT_ROOT / "requirements-check.txt"
    with once("checkers", lock, (programs / "bin" / "ocdskit").exists) as due:
        if due:
            say("installing the programs that check our data")
            shutil.rmtree(programs, ignore_errors=True)
            run([sys.executable, "-m", "venv", str(programs)])
            locked = ["--require-hashes", "-r", str(lock)]
            by_uv = [str(VENV / "bin" / "uv"), "pip", "install", "-q", "-p", str(its_python), *locked]
            if not succeeds(by_uv, settings={"UV_PYTHON_DOWNLOADS": "never", "UV_LINK_MODE": "copy"}):
                run([str(its_python), "-m", "pip", "install", *QUIET_PIP, *locked])
    without_node = [] if calendar_programs() else ["node"]
    if without_node and os.environ.get("REQUIRE_ALL") == "1" and shutil.which("npm"):
        return 1
    with tempfile.TemporaryDirectory(prefix="exports-") as folder:
        if python("-m", "checks.exports", folder):
            return 1
        check = [str(its_python), str(PROJECT_ROOT / "checks" / "open_data.py"), folder, str(standards)]
        return subprocess.run([*check, *without_node, *rest], check=False).returncode


def calendar_programs() -> bool:
    """ical.js and node-ical, where this machine has npm; without it the four libraries of Python read the calendars."""
    folder = PROJECT_ROOT / "checks"
    fetched = folder / "node_modules" / ".package-lock.json"
    if not (shutil.which("npm") and shutil.which("node")):
        say("ical.js and node-ical are left out: there is no npm here")
        return False
    with once("calendars", folder / "package-lock.json", fetched.exists) as due:
        options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(folder)]
        if due and not succeeds(["npm", *options], loud=True):
            say("ical.js and node-ical could not be fetched: npm's own words are above")
            return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
