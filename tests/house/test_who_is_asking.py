"""Signing in and out, roles and a fresh sign-in each have one home, and are asked for in one way."""

import ast
from collections.abc import Callable
from functools import cache

from procurement.config import PROJECT_ROOT
from procurement.models.people import TEAM_ROLES
from procurement.rules.permissions import Permission, roles_for

LOGIN = "procurement/web/login.py"
RIGHTS = "procurement/rules/permissions.py"


@cache
def nodes(folder: str = "procurement") -> list[tuple[str, ast.AST]]:
    """Every piece of every file of ours, with the file's name."""
    return [
        (str(path.relative_to(PROJECT_ROOT)), node)
        for path in sorted((PROJECT_ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
    ]


def where(found: Callable[[ast.AST], bool]) -> set[str]:
    return {name for name, node in nodes() if found(node)}


def called(name: str) -> Callable[[ast.AST], bool]:
    """A call of a function or method of this name."""
    return lambda node: (
        isinstance(node, ast.Call) and name in (getattr(node.func, "attr", None), getattr(node.func, "id", None))
    )


def made(name: str) -> Callable[[ast.AST], bool]:
    """A service of this name, called or handed to `do`."""
    return lambda node: (
        called(name)(node) or (called("do")(node) and any(getattr(each, "attr", "") == name for each in node.args[:1]))  # type: ignore[attr-defined]  # called() says that it is a call
    )


def reads(attribute: str) -> Callable[[ast.AST], bool]:
    return lambda node: isinstance(node, ast.Attribute) and node.attr == attribute and isinstance(node.ctx, ast.Load)


def test_flask_login_is_used_in_one_module_and_asked_who_it_is_in_one_other() -> None:
    used: dict[str, set[str]] = {}
    for name, node in nodes():
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "flask_login":
            used.setdefault(name, set()).update(alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            whole = {alias.name for alias in node.names if alias.name.partition(".")[0] == "flask_login"}
            if whole:
                used.setdefault(name, set()).update(whole)
    assert used == {
        LOGIN: {"LoginManager", "login_user", "logout_user"},
        "procurement/web/context.py": {"current_user"},
    }


def test_no_browser_is_remembered_and_nobody_signed_in_by_force() -> None:
    given = [
        (len(node.args), node.keywords)
        for name, node in nodes()
        if isinstance(node, ast.Call) and called("login_user")(node)
    ]
    assert given == [(1, [])]


def test_only_the_login_module_knows_where_the_secret_lies_in_the_session() -> None:
    assert where(lambda node: isinstance(node, ast.Constant) and node.value == "_user_id") == {LOGIN}
    assert where(reads("SECRET")) == set()


def test_whoever_begins_renews_or_ends_the_sign_in_that_asks_tells_the_browser() -> None:
    sign_in, profile = "procurement/web/account/sign_in.py", "procurement/web/account/profile.py"
    begun, refreshed, ended = (where(made(name)) for name in ("begin_sign_in", "refresh", "sign_out"))
    assert (begun, refreshed, ended) == ({sign_in}, {sign_in, profile}, {sign_in})
    browser = {
        done: {
            name
            for name, node in nodes()
            if called(done)(node)
            and isinstance(node.func, ast.Attribute)  # type: ignore[attr-defined]  # called() says that it is a call
            and getattr(node.func.value, "id", "") == "login"  # type: ignore[attr-defined]  # the same
        }
        for done in ("enter", "renew", "leave")
    }
    assert browser == {"enter": {sign_in}, "renew": {sign_in, profile}, "leave": {sign_in}}


def test_the_roles_of_whoever_asks_are_looked_at_in_the_table_of_rights() -> None:
    """`holds` beneath it: the table's SQL twin, the requirement of the services, and two without a permission."""

    def tests_roles(node: ast.AST) -> bool:
        if isinstance(node, ast.Compare):
            return any(reads("roles")(side) for side in (node.left, *node.comparators))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.Sub):
            return reads("roles")(node.left) or reads("roles")(node.right)
        return False

    # an assessor who is chosen is not who asks
    assert where(tests_roles) == {"procurement/rules/conflicts.py"}
    assert where(called("holds")) == {
        RIGHTS,
        "procurement/queries/visibility.py",
        "procurement/services/applications/starting.py",
        "procurement/services/assessment/locks.py",
        "procurement/services/refusal.py",
    }


def test_the_roles_in_a_team_of_whoever_asks_are_looked_at_in_the_table_of_rights() -> None:
    """And in its SQL twin; the teams of an assessor who is chosen are not those of who asks."""
    assert where(reads("teams")) == {RIGHTS, "procurement/queries/visibility.py", "procurement/rules/conflicts.py"}
    pages = [path for path in (PROJECT_ROOT / "templates").rglob("*.*") if "principal.teams" in path.read_text()]
    assert pages == []


def test_no_role_in_a_team_is_named_outside_the_table_but_where_a_team_is_looked_after() -> None:
    assert where(lambda node: isinstance(node, ast.Constant) and node.value in TEAM_ROLES) == {
        RIGHTS,
        "procurement/models/people.py",
        "procurement/queries/people.py",  # who is addressed in a letter
        "procurement/services/people/contests.py",
        "procurement/services/people/organisations.py",
        "procurement/services/people/teams.py",
        "procurement/web/account/teams.py",
    }


def test_a_service_asks_for_a_role_by_a_permission_that_needs_one() -> None:
    asked = {
        Permission[node.args[1].attr]
        for _, node in nodes("procurement/services")
        if isinstance(node, ast.Call) and called("require_role")(node) and isinstance(node.args[1], ast.Attribute)
    }
    assert len(asked) > 5
    assert [permission for permission in sorted(asked) if not roles_for(permission)] == []


def test_a_fresh_sign_in_is_asked_for_by_one_function() -> None:
    assert where(reads("fresh_until")) == {RIGHTS}
    assert where(called("is_fresh")) == {"procurement/services/refusal.py"}
    assert where(called("require_fresh")) == {
        "procurement/services/amendments/proposing.py",
        "procurement/services/call_amendments/publishing.py",
        "procurement/services/call_documents/replacing.py",
        "procurement/services/correcting.py",
        "procurement/services/decisions.py",
        "procurement/services/disqualifying.py",
        "procurement/services/notices/steps.py",
        "procurement/services/opening.py",
        "procurement/services/claims.py",
        "procurement/services/abandoning.py",
        "procurement/services/reserve.py",
        "procurement/services/signing.py",
        "procurement/web/access.py",
    }
