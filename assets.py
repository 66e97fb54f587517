"""Dress for pages and documents: builds static/build from govuk-frontend, our own css and js, images and fonts.

Standard library only. `python assets.py` builds when something changed and says nothing when nothing did.
What is made (nothing of it is committed):

* `app.<digest>.css`: govuk-frontend's style sheet without GOV.UK's typeface, crown and crest, then static/css/*.css
* `app.<digest>.js`: static/js/*.js in the order of their names, each in a scope of its own
* `images/<name>.<digest>.<ext>`: static/images, with their names in the style sheets rewritten
* a `.gz` beside each of these where that is smaller
* `fonts/`: woff2 files and their licences, for documents only; no page asks for them
* `manifest.json`: plain name -> fingerprinted name, read by the templates' `asset()` and by the static view
"""

import gzip
import hashlib
import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent
PACKAGES = PROJECT_ROOT / "node_modules"
STATIC = PROJECT_ROOT / "static"
BUILD = STATIC / "build"
GOVUK = PACKAGES / "govuk-frontend" / "dist" / "govuk" / "govuk-frontend.min.css"
FONTS = {
    "source-sans-3": (
        "latin-400-normal",
        "latin-400-italic",
        "latin-600-normal",
        "latin-700-normal",
        "latin-ext-400-normal",
        "latin-ext-400-italic",
        "latin-ext-600-normal",
        "latin-ext-700-normal",
        *(
            f"{subset}-{weight}-normal"
            for subset in ("cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese")
            for weight in (400, 600, 700)
        ),
    ),
    "noto-naskh-arabic": ("arabic-400-normal", "arabic-700-normal"),
    **{
        family: (f"{subset}-400-normal", f"{subset}-700-normal")
        for family, subset in (
            ("noto-sans-hebrew", "hebrew"),
            ("noto-sans-devanagari", "devanagari"),
            ("noto-sans-bengali", "bengali"),
            ("noto-sans-gurmukhi", "gurmukhi"),
            ("noto-sans-gujarati", "gujarati"),
            ("noto-sans-tamil", "tamil"),
            ("noto-sans-thai", "thai"),
            ("noto-sans-ethiopic", "ethiopic"),
            ("noto-sans-kr", "korean"),
            ("noto-sans-sc", "chinese-simplified"),
            ("noto-emoji", "emoji"),
        )
    },
}
# only these gain by compression; woff2, png and jpeg are compressed already
COMPRESSED = {".css", ".js", ".svg"}


class AssetsMissing(Exception):
    """The npm packages are not there; the sentence says what to do."""


def build(*, force: bool = False) -> bool:
    """Make static/build anew when an input changed; True when something was made. Raises AssetsMissing."""
    inputs = _digest_of_inputs()
    if not force and _built_from() == inputs:
        return False
    fresh = BUILD.with_name(f"build.{inputs[:12]}.part")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    names = dict(_images(fresh))
    names["app.css"] = _keep(fresh, "app", ".css", _style_sheet(names).encode())
    names["app.js"] = _keep(fresh, "app", ".js", _script().encode())
    _fonts(fresh / "fonts")
    (fresh / "manifest.json").write_text(json.dumps(names, indent=1, sort_keys=True) + "\n")
    (fresh / "inputs").write_text(inputs)
    old = BUILD.with_name(f"build.{inputs[:12]}.old")
    shutil.rmtree(old, ignore_errors=True)
    if BUILD.exists():
        BUILD.rename(old)
    fresh.rename(BUILD)
    shutil.rmtree(old, ignore_errors=True)
    return True


def without_govuk_brand(css: str) -> str:
    """govuk-frontend's style sheet without what may be used on gov.uk only: GDS Transport, the crown, the crest."""
    css = re.sub(r"/\*!? Copyright \(c\) 2011 by Margaret Calvert.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", "var(--app-font,arial,sans-serif)")
    css = re.sub(r"@supports \([^{]*mask-position[^{]*\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}", "", css)
    css = re.sub(r"[^{}]*\.govuk-footer__(?:copyright-logo|crown)[^{}]*\{[^{}]*\}", "", css)
    left = re.findall(r"GDS Transport|@font-face|govuk-crest|govuk-crown|/assets/", css)
    if left:
        raise ValueError(f"govuk-frontend changed: {sorted(set(left))} must not be published")
    return css


def without_unused(css: str, components: list[str]) -> str:
    """Style sheet (minified) without the rules that only dress these components of govuk-frontend."""
    if not components:
        return css
    names = "|".join(map(re.escape, components))
    unused = re.compile(rf"\.govuk-(?:{names})(?![a-z])|\.govuk-frontend-supported")
    kept, at = [], 0
    while (opened := css.find("{", at)) != -1:
        closed, depth = opened + 1, 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[closed], 0)
            closed += 1
        head, body = css[at:opened], css[opened + 1 : closed - 1]
        if "{" in body:  # @media, @supports
            body = without_unused(body, components)
        else:
            head = ",".join(each for each in re.split(r",(?![^(]*\))", head) if not unused.search(each))
        if head.strip() and body:
            kept.append(f"{head}{{{body}}}")
        at = closed
    return "".join(kept) + css[at:]


def lighter_css(css: str) -> str:
    """Style sheet without comments and without white space that says nothing; strings are left alone."""
    parts = re.split(r"(\"[^\"]*\"|'[^']*')", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    for at in range(0, len(parts), 2):
        plain = re.sub(r"\s+", " ", parts[at])
        parts[at] = re.sub(r" ?([{};,>]) ?|: (?=[^{}]*[;}])", lambda found: found[1] or ":", plain)
    return "".join(parts).replace(";}", "}").strip() + "\n"


def lighter_js(script: str) -> str:
    """Script without whole-line comments, indentation and empty lines.

    A line inside a template literal is treated like any other: keep literals on one line.
    """
    script = re.sub(r"^[ \t]*/\*.*?\*/[ \t]*$", "", script, flags=re.DOTALL | re.MULTILINE)
    lines = (line.strip() for line in script.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))


def _style_sheet(names: dict[str, str]) -> str:
    own = "\n".join(path.read_text() for path in sorted((STATIC / "css").glob("*.css")))
    for plain, printed in names.items():
        own = own.replace(f"../{plain}", printed)
    listed = (STATIC / "css" / "unused.txt").read_text().splitlines()
    unused = [name.strip() for name in listed if name.strip() and not name.startswith("#")]
    return without_unused(without_govuk_brand(GOVUK.read_text()), unused) + lighter_css(own)


def _script() -> str:
    files = sorted((STATIC / "js").glob("*.js"))
    scopes = (f"(function () {{\n{path.read_text()}\n}})();\n" for path in files)
    return lighter_js('"use strict";\n' + "".join(scopes))


def _images(fresh: Path) -> Iterator[tuple[str, str]]:
    folder = STATIC / "images"
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        plain = Path("images") / path.relative_to(folder)
        yield plain.as_posix(), _keep(fresh, str(plain.with_suffix("")), path.suffix, path.read_bytes())


def _fonts(folder: Path) -> None:
    folder.mkdir()
    for family, faces in FONTS.items():
        package = PACKAGES / "@fontsource" / family
        for face in faces:
            shutil.copyfile(package / "files" / f"{family}-{face}.woff2", folder / f"{family}-{face}.woff2")
        shutil.copyfile(package / "LICENSE", folder / f"{family}-LICENSE.txt")


def _keep(fresh: Path, stem: str, suffix: str, content: bytes) -> str:
    name = f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}{suffix}"
    path = fresh / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if suffix in COMPRESSED:
        packed = gzip.compress(content, 9, mtime=0)
        if len(packed) < len(content):
            path.with_name(path.name + ".gz").write_bytes(packed)
    return name


def _inputs() -> list[Path]:
    own = [path for folder in ("css", "js", "images") for path in (STATIC / folder).rglob("*") if path.is_file()]
    taken = [PACKAGES / "@fontsource" / family / "package.json" for family in FONTS]
    return [PROJECT_ROOT / "assets.py", GOVUK, *taken, *sorted(own)]


def _digest_of_inputs() -> str:
    digest = hashlib.sha256()
    for path in _inputs():
        if not path.exists():
            raise AssetsMissing(f"{path.relative_to(PROJECT_ROOT)} is not there: run `python3 bootstrap.py venv`")
        content = path.read_bytes()
        digest.update(f"{path.relative_to(PROJECT_ROOT)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _built_from() -> str | None:
    try:
        return (BUILD / "inputs").read_text()
    except FileNotFoundError:
        return None


if __name__ == "__main__":
    try:
        build(force="--force" in sys.argv[1:])
    except AssetsMissing as missing:
        sys.exit(str(missing))
