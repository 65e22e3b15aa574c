"""Many cells: the kernel and its child processes do not grow."""

import os
from pathlib import Path

import pytest

FULL = bool(os.environ.get("GRADOSCOPE_FULL"))
CELLS = 5_000 if FULL else 300
WARM = 500 if FULL else 100
MIB = 2**20
LIMIT = 50 * MIB

#: What cells of a notebook do, over and over; `{i}` is the cell's number.
CELLS_OF_A_NOTEBOOK = (
    "const value = {i} * 2; value",
    "function double(n: number): number {{ return 2 * n }}\ndouble({i})",
    "console.log('line', {i}); ({{ a: {i}, b: [1, 2, 3] }})",
    "await new Promise((r) => setTimeout(r, 1)); value + {i}",
    "interface Point {{ x: number; y: number }}\nconst point: Point = {{ x: {i}, y: 0 }}; display(point)",
    "class Counter {{ n = {i}; next() {{ return ++this.n }} }}\nnew Counter().next()",
    "import * as path from 'node:path'; path.join('a', String({i}))",
    "throw new Error('cell {i}')",
    "const wrong: string = {i}",
    "const rows = Array.from({{ length: 10_000 }}, (_, k) => k + {i}); rows.length",
)


def memory(pid):
    """Bytes in memory of a process and all below it, without what they share with others."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    total = sum(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith(("Private_Clean", "Private_Dirty")))
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        total += sum(memory(int(child)) for child in children.read_text().split())
    return total


# The collection is a task of its own, which a session that ends before it takes with it.
COLLECT = """
import { Session } from 'node:inspector';
{
  const session = new Session();
  session.connect();
  await new Promise((r) => session.post('HeapProfiler.collectGarbage', r));
  session.disconnect();
}
await new Promise((r) => setTimeout(r, 300));"""


def settled(kernel):
    """The least of a few readings, each after a collection of garbage."""
    readings = []
    for _ in range(3):
        assert kernel.run(COLLECT).status == "ok"
        readings.append(memory(kernel.manager.provisioner.pid))
    return min(readings)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs /proc")
def test_memory(own_kernel):
    def run(numbers):
        for i in numbers:
            result = own_kernel.run(CELLS_OF_A_NOTEBOOK[i % len(CELLS_OF_A_NOTEBOOK)].format(i=i))
            assert result.status == ("error" if i % len(CELLS_OF_A_NOTEBOOK) in (7, 8) else "ok"), result.reply["content"]

    run(range(WARM))
    before = settled(own_kernel)
    run(range(WARM, CELLS))
    after = settled(own_kernel)
    print(f"{CELLS} cells: {before / MIB:.0f} MiB after the first {WARM}, {after / MIB:.0f} MiB at the end")
    assert after - before < LIMIT
