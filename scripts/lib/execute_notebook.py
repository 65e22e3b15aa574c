"""Executes a notebook: execute_notebook.py NOTEBOOK COPY.

Shows each cell's time, and writes the executed copy also when a cell fails; then the exit code is 1.
"""

import os
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError


def first_line(source: str) -> str:
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    return lines[0][:60] if lines else "(empty)"


class Progress:
    """Prints a line when a cell has run."""

    def __init__(self, cells: list) -> None:
        self.numbers = {i: n + 1 for n, i in enumerate(i for i, c in enumerate(cells) if c.cell_type == "code")}
        self.began = 0.0

    def started(self, cell, cell_index: int) -> None:
        self.began = time.monotonic()
        if sys.stdout.isatty():
            print(f"  cell {self.numbers.get(cell_index)} of {len(self.numbers)} …", end="\r", flush=True)

    def ended(self, cell, cell_index: int, execute_reply=None) -> None:
        if cell_index not in self.numbers:
            return
        seconds = time.monotonic() - self.began
        number = f"cell {self.numbers[cell_index]} of {len(self.numbers)}"
        print(f"  {number:<14} {seconds:7.1f} s  {first_line(cell.source)}", flush=True)


def main() -> int:
    source, target = sys.argv[1:3]
    notebook = nbformat.read(source, as_version=4)
    progress = Progress(notebook.cells)
    client = NotebookClient(
        notebook,
        timeout=None,
        resources={"metadata": {"path": os.path.dirname(os.path.abspath(source))}},
        on_cell_start=progress.started,
        on_cell_executed=progress.ended,
        on_cell_error=progress.ended,
    )
    failure = None
    try:
        client.execute()
    except (CellExecutionError, DeadKernelError) as error:
        failure = error
    finally:
        os.makedirs(os.path.dirname(os.path.abspath(target)), exist_ok=True)
        nbformat.write(notebook, target)
    if failure is not None:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    return 0


sys.exit(main())
