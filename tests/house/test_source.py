"""House rules that hold for every source file; each exemption stands here with its reason."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("api", "schema", "enforcement", "federation", "db", "alembic")

CLOCK_READERS = {"db/clock.py"}
"""The only module that reads a clock; everything else is given one, or calls it."""
CLOCKS = re.compile(
    r"\b(?:datetime|date)\.(?:now|utcnow|today)\(|\btime\.(?:time|time_ns|monotonic|monotonic_ns|localtime|gmtime)\("
    r"|\bperf_counter|\bloop\.time\(|\bcurrent_time\("
)

LEASES = {"db/pairs.py", "db/carried_messages.py"}
"""Leases and claims are on the database's own clock: who asks later may sit on another machine."""
COMPARED = {"db/self_messages.py"}
"""The database's clock is read to be compared with the program's own (api/readiness_checks.py)."""
SQL_CLOCKS = re.compile(
    r"(?<![.\w])(?:now|clock_timestamp|transaction_timestamp|statement_timestamp|timeofday)\(\s*\)"
    r"|(?<!\w)(?:CURRENT_(?:DATE|TIME|TIMESTAMP)|LOCALTIME(?:STAMP)?)(?!\w)",
    re.IGNORECASE,
)
LEASED = re.compile(r"lease_until|clock_timestamp\(\) \+ \$\d+\)$")
"""A lease is taken, compared, or inserted as the last column."""

OWNED = {"schema/answering.py": 1}
"""A generator cannot hold a task group over its yields: it awaits or cancels its one task itself."""

PASSING = {
    "tests/api/graphql/test_over_websocket.py:test_allowed_origins_connect",
    "tests/api/test_signin.py:test_a_minute_of_skew_is_forgiven",
    "tests/api/test_transport.py:test_plain_http_on_loopback_is_allowed",
    "tests/enforcement/rules/test_lookup_rules.py:test_plain_scopes_are_good",
    "tests/enforcement/test_money_rules.py:test_instalments_sum_to_the_settlement",
    "tests/enforcement/test_task_status.py:test_shared_events_are_moves_of_the_table",
    "tests/federation/graph/test_page.py:test_an_answer_of_its_ask_passes",
    "tests/schema/test_partner_parts.py:test_genuine_mandate_within_the_rules_passes",
}
"""Their claim is that nothing is raised; the refusals stand beside them."""

MOST_LINES = 400
MOST_FUNCTION_LINES = 60


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _sources(*folders: str) -> Iterator[tuple[str, Path]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path


def test_clocks_are_read_in_one_module() -> None:
    readers = {name for name, path in _sources(*FLOORS) if CLOCKS.search(path.read_text(encoding="utf-8"))}

    assert readers == CLOCK_READERS


def test_sql_takes_civil_instants_as_parameters() -> None:
    readers = set()
    for name, path in _sources(*FLOORS):
        for text in _literals(_tree(path)):
            if SQL_CLOCKS.search(text):
                readers.add(name)
                assert name in LEASES | COMPARED, (name, text)

    assert readers == LEASES | COMPARED


def test_leases_alone_use_the_databases_clock() -> None:
    for name in LEASES:
        for text in _literals(_tree(ROOT / name)):
            for line in text.splitlines():
                assert "clock_timestamp()" not in line or LEASED.search(line), (name, line)


def _literals(tree: ast.Module) -> list[str]:
    """Every string of a module but its documentation."""
    notes = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes
    ]


def test_no_task_runs_on_its_own() -> None:
    """Every task belongs to a group, which waits for it and hears of its failure."""
    loose = Counter(
        name
        for name, path in _sources(*FLOORS)
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call) and _is_loose(node.func)
    )

    assert loose == OWNED


def _is_loose(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id in {"create_task", "ensure_future"}
    if not isinstance(function, ast.Attribute):
        return False
    owner = ast.unparse(function.value)
    return function.attr == "ensure_future" or (
        function.attr == "create_task" and (owner == "asyncio" or "loop" in owner)
    )


def test_no_module_keeps_state() -> None:
    """What stands at the top of a module is said to be final, or cannot change; nothing is declared global."""
    for name, path in _sources(*FLOORS):
        tree = _tree(path)
        assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Global)], name
        for statement in tree.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
                assert not _is_state(statement), (name, statement.lineno)


def _is_state(statement: ast.Assign | ast.AnnAssign) -> bool:
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    final = isinstance(statement, ast.AnnAssign) and "Final" in ast.unparse(statement.annotation)
    made = isinstance(statement.value, ast.Dict | ast.List | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)
    return made and not final and ast.unparse(target) != "__all__"


def test_final_tables_are_never_written_to() -> None:
    changing = {"append", "add", "update", "pop", "clear", "setdefault", "extend", "insert", "remove", "discard"}
    for name, path in _sources(*FLOORS):
        tree = _tree(path)
        tables = {ast.unparse(node.target) for node in tree.body if isinstance(node, ast.AnnAssign)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
                assert ast.unparse(node.value) not in tables, (name, node.lineno)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in changing:
                assert ast.unparse(node.func.value) not in tables, (name, node.lineno)


def test_ignored_types_give_their_reason() -> None:
    bare = [
        (name, number)
        for name, path in _sources(*FLOORS, "bench")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "# type: ignore" in line and not re.search(r"# type: ignore\[[\w, -]+\]\s+# \S", line)
    ]

    assert bare == []


def test_files_stay_short() -> None:
    long = {
        name: lines
        for name, path in _sources(*FLOORS)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }

    assert long == {}


def test_functions_stay_short() -> None:
    long = {
        f"{name}:{node.name}"
        for name, path in _sources(*FLOORS)
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MOST_FUNCTION_LINES
    }

    assert long == set()


def test_every_module_says_what_it_is() -> None:
    bare = [
        name
        for name, path in _sources(*FLOORS)
        if not name.endswith("__init__.py") and not ast.get_docstring(_tree(path))
    ]

    assert bare == []


def test_no_module_is_named_for_nothing() -> None:
    vague = {"utils", "helpers", "common", "base", "manager", "core", "misc"}

    assert [name for name, path in _sources(*FLOORS) if path.stem in vague or path.parent.name in vague] == []


def test_seal_is_a_measure_and_nothing_else() -> None:
    """What only the addressee can read is encrypted; 查封 is a seal."""
    for name, path in _sources("federation", "db"):
        if name == "db/records/assets.py":
            continue
        words = {node.id for node in ast.walk(_tree(path)) if isinstance(node, ast.Name)}
        words |= {node.arg for node in ast.walk(_tree(path)) if isinstance(node, ast.arg)}
        words |= {node.attr for node in ast.walk(_tree(path)) if isinstance(node, ast.Attribute)}
        assert not [word for word in words if re.search(r"(?<!un)seal", word, re.IGNORECASE)] or _is_hpke(path), name


def _is_hpke(path: Path) -> bool:
    """RFC 9180's own verbs stay inside federation/wire."""
    return path.parent.name == "wire"


def test_migrations_are_no_package() -> None:
    """A package of that name would hide the installed alembic."""
    assert list((ROOT / "alembic").rglob("__init__.py")) == []


def test_no_federation_is_imported_from_strawberry() -> None:
    for name, path in _sources(*FLOORS):
        assert "from strawberry import federation" not in path.read_text(encoding="utf-8"), name


def test_every_test_claims_something() -> None:
    """A test asserts, awaits a refusal, or calls a check that does."""
    silent = []
    for name, path in _sources("tests"):
        tree = _tree(path)
        checks = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_check(node)
        }
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                called = {n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
                if not _is_check(node) and not called & checks:
                    silent.append(f"{name}:{node.name}")

    assert set(silent) <= PASSING


def _is_check(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(inner, ast.Assert) or (isinstance(inner, ast.Attribute) and inner.attr in {"raises", "fail"})
        for inner in ast.walk(node)
    )
