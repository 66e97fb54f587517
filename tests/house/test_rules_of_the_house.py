"""The rules of the house that no linter knows."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config as Alembic
from sqlalchemy import delete

from procurement.adapters.database import Database
from procurement.app import BLUEPRINTS
from procurement.config import PROJECT_ROOT
from procurement.models.installation import Setting
from procurement.rules.permissions import ALLOWED, PUBLIC, Permission
from procurement.rules.seen_by import SEEN_BY
from procurement.services.effects import EFFECTS as HANDLERS
from workflows.catalogue import LIFECYCLES
from workflows.effects import EFFECTS

# what a job does is a status, not a state of a workflow: these write their own rows' status
STATUS_WRITERS = {"retries.py", "messages.py", "steps.py"}


def sources(folder: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((PROJECT_ROOT / folder).rglob("*.py")):
        yield path, ast.parse(path.read_text())


def calls_of(tree: ast.AST, name: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name
    ]


def test_every_permission_has_a_rule_and_every_rule_a_permission() -> None:
    assert set(ALLOWED) == set(Permission)


def test_what_makes_a_refusal_visible_is_itself_a_permission_in_the_table() -> None:
    assert set(SEEN_BY) | set(SEEN_BY.values()) <= set(Permission)
    assert not PUBLIC - {Permission.PUBLIC, Permission.CALL_READ, Permission.DOCUMENT_READ}


def test_every_effect_of_the_workflows_is_handled_and_no_other() -> None:
    named = {effect for workflow in LIFECYCLES.values() for move in workflow.moves for effect in move.then}
    assert named == EFFECTS == set(HANDLERS)


def test_only_progress_sets_a_state() -> None:
    writers = {
        path.name
        for path, tree in sources("procurement/services")
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for part in ast.walk(target)
        if isinstance(part, ast.Attribute) and part.attr == "state" and isinstance(part.ctx, ast.Store)
    }
    assert writers - STATUS_WRITERS == {"progress.py"}


def test_only_the_database_adapter_commits() -> None:
    committing = {
        str(path.relative_to(PROJECT_ROOT)) for path, tree in sources("procurement") if calls_of(tree, "commit")
    }
    assert committing == {"procurement/adapters/database.py"}


def test_only_the_clock_adapter_reads_the_time() -> None:
    reading = set()
    for folder in ("procurement", "workflows"):
        for path, tree in sources(folder):
            for node in ast.walk(tree):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in {"now", "utcnow", "today"}
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id in {"datetime", "date"}
                ):
                    reading.add(str(path.relative_to(PROJECT_ROOT)))
    assert reading == {"procurement/adapters/clock.py"}


def test_every_template_that_a_view_names_is_there() -> None:
    named = {
        (path.name, template)
        for path, _ in sources("procurement/web")
        for template in re.findall(r'render_template\(\s*f?"([^"{]+)"', path.read_text())
    }
    assert named
    assert [pair for pair in named if not (PROJECT_ROOT / "templates" / pair[1]).is_file()] == []


def test_every_page_template_is_named_by_a_view() -> None:
    texts = "".join(path.read_text() for path, _ in sources("procurement/web"))
    pages = [
        template.relative_to(PROJECT_ROOT / "templates").as_posix()
        for audience in ("public", "account", "apply", "assess", "manage", "admin")
        for template in (PROJECT_ROOT / "templates" / audience).rglob("*.html")
        if not template.name.startswith("_")
    ]
    # the applicant's pages are drawn by a function of their frame, which is given the name without its ends
    unnamed = [page for page in pages if page not in texts]
    short = [page.removeprefix("apply/").removesuffix(".html") for page in unnamed if page.startswith("apply/")]
    assert [page for page in short if f'"{page}"' not in texts] == []
    assert [page for page in unnamed if not page.startswith("apply/")] == []


def test_every_module_of_pages_is_part_of_the_service_and_listed_in_the_order_of_its_name() -> None:
    made = {
        path.relative_to(PROJECT_ROOT / "procurement" / "web").with_suffix("").as_posix().replace("/", ".")
        for path, tree in sources("procurement/web")
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pages"
    }
    assert list(BLUEPRINTS) == sorted(made)


def test_every_job_that_is_rung_for_resolves() -> None:
    named = {
        name
        for folder in ("procurement/services", "procurement/jobs")
        for path, _ in sources(folder)
        for name in re.findall(r'"(procurement\.jobs\.[\w.]+)"', path.read_text())
    }
    assert named
    for name in named:
        module, function = name.rsplit(".", 1)
        assert callable(getattr(importlib.import_module(module), function))


def test_no_style_attribute_and_no_script_in_a_page() -> None:
    """The content security policy would refuse them; better to see it here."""
    for template in (PROJECT_ROOT / "templates").rglob("*.html"):
        if "documents" in template.parts:
            continue
        text = template.read_text()
        assert not re.search(r"<[a-z][^>]*\sstyle=", text), template
        assert not re.search(r"\son[a-z]+=", text), template
        # what is no program is data, which no browser runs
        assert not re.search(r"<script(?![^>]*\bsrc=)(?! type=\"application/ld\+json\">)", text), template


def test_migrations_go_up_show_no_drift_come_down_and_go_up_again(database_url: str) -> None:
    settings = Alembic(toml_file=PROJECT_ROOT / "pyproject.toml")
    settings.attributes["url"] = database_url
    command.check(settings)
    database = Database(database_url)  # what its operator set is kept from going down
    database.write(lambda session: session.execute(delete(Setting)))
    database.close()
    command.downgrade(settings, "base")
    command.upgrade(settings, "head")
    command.check(settings)


@pytest.mark.parametrize(
    "folder", ["procurement", "workflows", "tests", "templates", "static/css", "static/js", "migrations"]
)
def test_nothing_that_is_committed_names_a_machine(folder: str) -> None:
    here = f"{PROJECT_ROOT}/"
    for path in (PROJECT_ROOT / folder).rglob("*"):
        if path.is_file() and path.suffix in {".py", ".html", ".css", ".js", ".toml", ".txt", ".md"}:
            assert here not in path.read_text(), path


def test_the_day_of_an_instant_is_the_days_in_the_uk() -> None:
    """`.date()` cuts an instant at midnight in UTC: in summer a letter of the last hour would bear the day before."""
    cutting = {
        str(path.relative_to(PROJECT_ROOT))
        for folder in ("procurement", "workflows")
        for path, tree in sources(folder)
        if calls_of(tree, "date")
    }
    assert cutting == {"procurement/rules/dates.py"}
