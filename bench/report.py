"""The figures as tables in Markdown, each with what it is a ratio of."""

from collections.abc import Iterable, Sequence
from statistics import median

from bench.cells import Executed
from bench.crypto import Cost
from bench.lookups import ROUNDS, SECONDS, Compared
from bench.messages import Carried
from bench.plans import Planned
from bench.serving import Serving
from bench.zone_l import LZone

_MIB = 1024 * 1024
_ASKED_COURTS = 7


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def spread(values: Sequence[float], digits: int = 2) -> str:
    """The median of the rounds, with the lowest and the highest."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}..{max(values):.{digits}f})"


def machine(facts: dict[str, str]) -> str:
    return "## Machine\n\n" + table(("what", "value"), list(facts.items()))


def data(zone: LZone) -> str:
    rows = [(name, f"{count:,}") for name, count in zone.rows.items()]
    rows += [("time to fill, s", f"{zone.filled_s:.0f}"), ("scale", f"{zone.scale:g}")]
    return "## Set L\n\n" + table(("what", "rows, all courts"), rows)


def lookups(found: list[Compared]) -> str:
    head = (
        "field", "clients", "per second", "median ms", "p95 ms", "CPU ms each",
        "floor: median ms", "floor: CPU ms", "wall ratio", "CPU ratio",
    )  # fmt: skip
    rows = [
        (
            one.document,
            str(one.clients),
            f"{one.middle('product', 'per_second'):.1f}",
            f"{one.middle('product', 'median_ms'):.1f}",
            f"{one.middle('product', 'p95_ms'):.1f}",
            f"{one.middle('product', 'cpu_ms'):.1f}",
            f"{one.middle('floor', 'median_ms'):.1f}",
            f"{one.middle('floor', 'cpu_ms'):.1f}",
            f"{one.ratio('median_ms'):.1f}",
            f"{one.ratio('cpu_ms'):.1f}",
        )
        for one in found
    ]
    note = (
        f"Medians of {ROUNDS} alternated rounds of {SECONDS:g} s. CPU is that of all serving processes, per look-up;"
        " a ratio is the product's figure over the floor's, round by round."
    )
    return f"## Look-ups over eight nodes\n\n{table(head, rows)}\n\n{note}\n\n{_by_part(found)}"


def _by_part(found: list[Compared]) -> str:
    """Where the CPU of a look-up goes."""
    parts = list(found[0].product[0].cpu_ms_by)
    rows = [(one.document, str(one.clients), *(f"{one.cpu_ms_of(part):.1f}" for part in parts)) for one in found]
    return table(("field", "clients", *(f"{part}, CPU ms" for part in parts)), rows)


def crypto(cost: Cost, found: list[Compared]) -> str:
    whole_ms = (cost.mandate_sign_us + _ASKED_COURTS * cost.ask_and_answer_us) / 1000
    rows = [
        ("sign a mandate, once per look-up", f"{cost.mandate_sign_us:.0f} µs"),
        ("verify a mandate", f"{cost.mandate_verify_us:.0f} µs"),
        ("write an envelope (encrypt, sign)", f"{cost.write_us:.0f} µs"),
        ("verify an envelope", f"{cost.verify_us:.0f} µs"),
        ("decrypt an envelope", f"{cost.decrypt_us:.0f} µs"),
        ("one asked court: ask and answer, at every hop", f"{cost.ask_and_answer_us:.0f} µs"),
        ("a look-up of seven other courts", f"{whole_ms:.1f} ms"),
    ]
    for one in found:
        share = whole_ms / one.middle("product", "cpu_ms")
        rows.append((f"share of the CPU of {one.document}, {one.clients} at once", f"{share:.0%}"))
    return "## Cryptography alone\n\n" + table(("act", "cost"), rows)


def messages(carried: Carried) -> str:
    rows = [
        ("messages, each with its signed receipt", f"{carried.messages}"),
        ("per second, one pair of courts, both ways", f"{carried.per_second:.0f}"),
        ("CPU of all processes, per message", f"{carried.cpu_ms:.1f} ms"),
    ]
    return "## Messages, outbox to signed receipt\n\n" + table(("what", "value"), rows)


def plans(found: list[Planned], cells: Executed) -> str:
    rows = [(one.document, f"{one.miss_us:,.0f}", f"{one.hit_us:.1f}", f"{one.ratio:,.0f}") for one in found]
    head = ("document", "first time, µs", "plan known, µs", "ratio")
    executed = [("20 rows of 10 fields", f"{cells.stock_us:.0f}", f"{cells.ours_us:.0f}", f"{cells.ratio:.2f}")]
    after = table(("executed", "library, µs", "ours, µs", "ratio"), executed)
    return f"## Documents, planned and executed\n\n{table(head, rows)}\n\n{after}"


def serving(found: Serving) -> str:
    rows = [
        ("every process ready", f"{found.ready_s:.1f} s"),
        ("story told, links printed", f"{found.story_s:.1f} s"),
        ("processes", f"{found.memory.processes}"),
        ("memory, PSS", f"{found.memory.pss_bytes / _MIB:.0f} MiB"),
        ("memory, RSS (shared pages counted each time)", f"{found.memory.rss_bytes / _MIB:.0f} MiB"),
    ]
    return "## The demo\n\n" + table(("what", "value"), rows)
