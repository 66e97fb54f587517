"""The dress of the pages: nothing that only gov.uk may wear, nothing lost, the same again from the same."""

import gzip
import hashlib
import json
import shutil
from pathlib import Path

import pytest

import assets

PROJECT_ROOT = assets.PROJECT_ROOT


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house of its own with two style sheets, two scripts and a picture, on the real packages."""
    for name, text in {
        "css/20-b.css": "/* why */ .b { background : url(../images/mark.svg) ; }",
        "css/unused.txt": "# none\n",
        "css/10-a.css": ".a:hover > b { color: red }\n",
        "js/b.js": "// why\nvar name = 'b';\n",
        "js/a.js": "  var name = 'a';\n",
        "images/mark.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    }.items():
        path = tmp_path / "static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    shutil.copyfile(assets.PROJECT_ROOT / "assets.py", tmp_path / "assets.py")
    (tmp_path / "node_modules").symlink_to(assets.PACKAGES)
    for name, place in {
        "STATIC": "static",
        "BUILD": "static/build",
        "PACKAGES": "node_modules",
        "PROJECT_ROOT": ".",
    }.items():
        monkeypatch.setattr(assets, name, tmp_path / place)
    monkeypatch.setattr(assets, "GOVUK", tmp_path / assets.GOVUK.relative_to(PROJECT_ROOT))
    return tmp_path


def test_nothing_that_only_gov_uk_may_wear_is_published() -> None:
    published = assets.without_govuk_brand(assets.GOVUK.read_text())
    assert [word for word in ("GDS Transport", "@font-face", "crest", "crown", "/assets/") if word in published] == []
    assert published.count("{") == published.count("}")
    assert published.count("var(--app-font,arial,sans-serif)") == 55


def test_a_new_version_with_new_brand_is_refused() -> None:
    with pytest.raises(ValueError, match="must not be published"):
        assets.without_govuk_brand(".x{background:url(/assets/images/new.svg)}")


def test_a_lighter_style_sheet_says_the_same() -> None:
    plain = """/* x */ a:hover > b { color : red; margin: 0 auto ; }
    @media (min-width: 40em) and (max-width: 50em) { a { content: "a  ; /b"; } }
    .x:not(.y) :focus { width: calc(1px + 2px) }"""
    assert assets.lighter_css(plain) == (
        'a:hover>b{color :red;margin:0 auto}@media (min-width: 40em) and (max-width: 50em){a{content: "a  ; /b"}}'
        ".x:not(.y) :focus{width:calc(1px + 2px)}\n"
    )


def test_what_is_built_is_named_by_what_it_holds(house: Path) -> None:
    assert assets.build() is True
    names = json.loads((house / "static/build/manifest.json").read_text())
    assert sorted(names) == ["app.css", "app.js", "images/mark.svg"]
    for name in names.values():
        content = (house / "static/build" / name).read_bytes()
        assert name.split(".")[-2] == hashlib.sha256(content).hexdigest()[:10]
    style = (house / "static/build" / names["app.css"]).read_text()
    assert style.endswith(f".a:hover>b{{color:red}}.b{{background :url({names['images/mark.svg']})}}\n")
    packed = house / "static/build" / f"{names['app.css']}.gz"
    assert gzip.decompress(packed.read_bytes()).decode() == style
    script = (house / "static/build" / names["app.js"]).read_text()
    assert script == (
        "\"use strict\";\n(function () {\nvar name = 'a';\n})();\n(function () {\nvar name = 'b';\n})();\n"
    )


def test_it_is_built_once_and_again_when_something_changed(house: Path) -> None:
    assert [assets.build(), assets.build()] == [True, False]
    first = json.loads((house / "static/build/manifest.json").read_text())
    (house / "static/js/a.js").write_text("var name = 'changed';\n")
    assert [assets.build(), assets.build()] == [True, False]
    second = json.loads((house / "static/build/manifest.json").read_text())
    assert {name for name in first if first[name] != second[name]} == {"app.js"}
    assert not (house / "static/build" / first["app.js"]).exists()


def test_without_the_packages_the_sentence_says_what_to_do(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "_inputs", lambda: [house / "node_modules" / "not-there"])
    with pytest.raises(assets.AssetsMissing, match=r"run `python3 bootstrap\.py venv`$"):
        assets.build()
