"""Documents that select an encrypted field are sent home, and nothing of the node's program is needed to know them."""

import subprocess
import sys

import pytest
from graphql import GraphQLError, build_schema, get_introspection_query, graphql_sync, parse, print_ast, validate
from hypothesis import given
from hypothesis import strategies as st

from enforcement.rules.areas import Area
from enforcement.rules.rights import Caller, Role
from federation.directory.view import DirectoryView
from schema import areas, declarations
from schema.gateway import encrypted
from schema.gateway.encrypted import NOTE
from schema.gateway.own_court import refuse_encrypted
from schema.gateway.schema import SCHEMA, GatewaySchema
from tests.federation.zone import DIVISIONS, KAIHUA, Zone

FIELDS = {"Query": frozenset({"debtorProfile"}), "Subscription": frozenset({"debtorProfile"})}
OFFICER = Caller("o-330824-01", KAIHUA, frozenset({Role.HANDLER}))
ADMIN = Caller("g-admin-01", "gateway", frozenset({Role.GATEWAY_ADMIN}))

MARKS = {"@federated", "Carry"}

SELECTING = [
    "{ debtorProfile(identity: $who) { code } }",
    "query A { zone { code } } query B { x: debtorProfile { code } }",
    "{ ... { ... on Query { debtorProfile { code } } } }",
    "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A x: debtorProfile { code } }",
    "{ zone { code } } fragment Unused on Query { debtorProfile { code } }",
    "subscription { debtorProfile { code } }",
    "{ debtorProfile @skip(if: true) { code } }",
]
CLEAN = [
    "{ zone { code } }",
    "{ debtorProfile: zone { code } }",
    "{ zone { debtorProfile } }",
    "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "mutation { debtorProfile { code } }",
    "{ ...Missing }",
]


@pytest.fixture(scope="module")
def view() -> DirectoryView:
    return Zone().view()


def _code(error: GraphQLError | None) -> object:
    return error and (error.extensions or {}).get("code")


@pytest.mark.parametrize("document", SELECTING)
def test_encrypted_fields_are_asked_at_home(document: str, view: DirectoryView) -> None:
    error = refuse_encrypted(parse(document), OFFICER, view, fields=FIELDS)

    assert error is not None
    assert error.extensions == {"code": "ASK_OWN_COURT", "court": KAIHUA, "url": "http://127.0.0.1:8401/graphql"}


@pytest.mark.parametrize("document", CLEAN)
def test_other_documents_pass(document: str, view: DirectoryView) -> None:
    assert refuse_encrypted(parse(document), OFFICER, view, fields=FIELDS) is None


@pytest.mark.parametrize(
    ("caller", "code"),
    [
        (None, "NOT_SIGNED_IN"),
        (ADMIN, "FORBIDDEN"),
        (Caller("o-1", "川0101", frozenset({Role.HANDLER})), "FORBIDDEN"),
    ],
)
def test_who_has_no_court_gets_no_address(caller: Caller | None, code: str, view: DirectoryView) -> None:
    error = refuse_encrypted(parse(SELECTING[0]), caller, view, fields=FIELDS)

    assert error is not None
    assert error.extensions == {"code": code}


def test_a_court_that_only_supervises_has_no_address() -> None:
    zone = Zone()
    own = zone.court(OFFICER.court, state="SUPERVISING", url=None, keys=[])
    others = [zone.court(code) for code in DIVISIONS if code != OFFICER.court]
    view = zone.view(courts=[own, *others], agreements=[])

    assert _code(refuse_encrypted(parse(SELECTING[0]), OFFICER, view, fields=FIELDS)) == "FORBIDDEN"


@given(depth=st.integers(1, 60))
def test_depth_hides_nothing(depth: int) -> None:
    view = Zone().view()
    chain = " ".join(f"fragment F{i} on Query {{ ...F{i + 1} }}" for i in range(depth))
    document = parse(f"{{ ...F0 }} {chain} fragment F{depth} on Query {{ debtorProfile {{ code }} }}")

    assert _code(refuse_encrypted(document, OFFICER, view, fields=FIELDS)) == "ASK_OWN_COURT"


def test_many_spreads_are_walked_once() -> None:
    wide = " ".join(f"...F{i}" for i in range(60))
    document = parse(f"{{ {wide} }} " + " ".join(f"fragment F{i} on Query {{ {wide} }}" for i in range(60)))

    assert refuse_encrypted(document, OFFICER, Zone().view(), fields=FIELDS) is None


def test_the_committed_node_names_them() -> None:
    fields = encrypted.committed().fields

    assert {"debtorPresence", "debtorProfile"} <= fields["Query"]
    assert fields["Subscription"] == {"debtorPresence", "debtorProfile"}


def test_the_supergraph_declares_what_it_does_not_answer() -> None:
    query = SCHEMA._schema.query_type
    assert query is not None

    described = query.fields["debtorProfile"].description or ""
    result = graphql_sync(SCHEMA._schema, get_introspection_query())
    told = build_schema(SCHEMA.as_str())

    assert described.endswith(NOTE)
    assert result.errors is None
    assert set(told.type_map) == set(SCHEMA._schema.type_map)


def test_the_fields_refuse_by_themselves_too() -> None:
    marks = [d for d in parse(SCHEMA.own_sdl).definitions if declarations.key_of(d) in MARKS]
    declared = "\n".join(map(print_ast, marks)) + "type Query { secret: S @federated } type S { code: String }"
    known = areas.table()
    listed = {**known, "Query": {**known["Query"], "secret": Area.CASE}, "S": {"code": Area.CASE}}
    schema = GatewaySchema(encrypted.read(declared), listed)

    result = graphql_sync(schema._schema, "{ secret { code } }")

    assert result.data == {"secret": None}
    assert result.errors is not None
    assert _code(result.errors[0]) == "ASK_OWN_COURT"


def test_clear_and_unmarked_fields_are_not_declared() -> None:
    found = encrypted.read(
        """
        directive @federated(carry: Carry! = ENCRYPTED) on FIELD_DEFINITION
        enum Carry { CLEAR ENCRYPTED }
        type Query {
          a: A @federated
          b: A @federated(carry: ENCRYPTED)
          clear: Clear @federated(carry: CLEAR)
          own: Own
        }
        type Mutation { own: Own }
        type Subscription { a: A own: Own }
        type A { u: U when: Date }
        union U = A | B
        type B { x: I }
        interface I { x: Int }
        type C implements I { x: Int }
        type Clear { x: Int }
        type Own { x: Int }
        scalar Date
        """
    )

    assert found.fields == {"Query": {"a", "b"}, "Subscription": {"a"}}
    names = {d.name.value for d in found.declarations.definitions if hasattr(d, "name")}
    assert names == {"Query", "Subscription", "A", "U", "B", "I", "C", "Date", "federated", "Carry"}


def test_contradicting_types_stop_the_build() -> None:
    declared = encrypted.read("type Query { a: Zone @federated } type Zone { other: Int }")

    with pytest.raises(ValueError, match="Zone"):
        declarations.merged(SCHEMA.own_sdl, declared.declarations)


def test_own_fields_keep_their_types_beside_the_declared() -> None:
    document = parse('{ trackedTask(id: "6f1e1a52-6d8f-4a53-9d1c-0d4f7a1b2c3d") { ... on Refusal { code } } }')

    assert validate(SCHEMA._schema, document) == []
    assert "trackedTask" in print_ast(document)


def test_the_gateway_imports_nothing_of_the_node() -> None:
    program = "import sys, schema.gateway.schema; print([m for m in sys.modules if m.startswith('schema.node')"
    program += " or m in {'federation.wire.decryption', 'db.at_rest', 'enforcement.court'}])"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
