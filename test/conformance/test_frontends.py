"""The kernel under clients that others have written: nbconvert, papermill, jupyter console."""

import json
import os
import re
import subprocess
import sys
import time

import nbformat
import pexpect
import pytest
from client import LIMIT


def write_notebook(file, kernel_name, *cells):
    """Cells are sources, or pairs of a source and a tag."""
    made = []
    for cell in cells:
        source, tags = cell if isinstance(cell, tuple) else (cell, None)
        made.append(nbformat.v4.new_code_cell(source, metadata={"tags": [tags]} if tags else {}))
    notebook = nbformat.v4.new_notebook(cells=made)
    notebook.metadata["kernelspec"] = {"name": kernel_name, "display_name": "TypeScript", "language": "typescript"}
    nbformat.write(notebook, file)


def jupyter(*arguments, cwd):
    return subprocess.run([sys.executable, "-m", *arguments], cwd=cwd, capture_output=True, text=True, timeout=4 * LIMIT)


def outputs(file):
    return [cell.outputs for cell in nbformat.read(file, 4).cells]


RICH = "{ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>rich</b>', 'image/svg+xml': '<svg xmlns=\"http://www.w3.org/2000/svg\" />' }) }"


def test_nbconvert_executes_and_renders(kernel_name, tmp_path):
    cells = ["const n: number = 6;\nconsole.log('line', n);", f"display(1, {{ id: 'x' }});\n({RICH})", "display('two', { id: 'x', update: true });\nn * 7"]
    write_notebook(tmp_path / "in.ipynb", kernel_name, *cells)
    done = jupyter("nbconvert", "--execute", "--to", "notebook", "--output", "out.ipynb", "in.ipynb", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    first, second, third = outputs(tmp_path / "out.ipynb")
    assert [(o.output_type, o.get("text")) for o in first] == [("stream", "line 6\n")]
    # The update has reached the output of the cell before.
    assert second[0].data["text/plain"] == "'two'"
    assert second[1].data["text/html"] == "<b>rich</b>"
    assert third[-1].data["text/plain"] == "42"
    page = jupyter("nbconvert", "--to", "html", "out.ipynb", cwd=tmp_path)
    assert page.returncode == 0, page.stderr
    html = (tmp_path / "out.html").read_text()
    assert "<b>rich</b>" in html or "<svg" in html
    # Coloured as TypeScript.
    assert re.search(r'<span class="kd?">const</span>', html)
    script = jupyter("nbconvert", "--to", "script", "out.ipynb", cwd=tmp_path)
    assert script.returncode == 0 and "const n: number = 6;" in (tmp_path / "out.ts").read_text()


VALUES = {
    "whole": 3,
    "huge": 2**60,
    "real": 0.5,
    "tiny": 1e-300,
    "notNumber": float("nan"),
    "minus": float("-inf"),
    "text": "it's \"é\" 😀 \\n ${x} `\n</script>",
    "yes": True,
    "no": False,
    "nothing": None,
    "list": [1, "a", [None, False]],
    "empty": [],
    "dict": {"a-b": 1, "__proto__": {"x": [0.25]}},
    "emptyDict": {},
}
SHOW = (
    "const seen = { %s };\n" % ", ".join(f"{name}: {name}" for name in VALUES)
    + "const plain = (v: unknown) => (typeof v === 'bigint' ? `${v}n` : typeof v === 'number' && !Number.isFinite(v) ? String(v) : v);\n"
    + "console.log(JSON.stringify(seen, (_, v) => plain(v)));\n"
    + "console.log(typed + 1, Object.keys(dict), Object.getPrototypeOf(dict) === Object.prototype);"
)


def test_papermill_passes_parameters(kernel_name, tmp_path):
    import papermill

    cells = [("let typed: number = 1; // how many\nlet text = 'default';", "parameters"), SHOW]
    write_notebook(tmp_path / "in.ipynb", kernel_name, *cells)
    papermill.execute_notebook(
        str(tmp_path / "in.ipynb"), str(tmp_path / "out.ipynb"), {**VALUES, "typed": 41}, cwd=str(tmp_path), progress_bar=False
    )
    (shown,) = outputs(tmp_path / "out.ipynb")[2]
    first, second = shown.text.splitlines()
    expected = {**VALUES, "huge": f"{2**60}n", "notNumber": "NaN", "minus": "-Infinity"}
    assert json.loads(first) == expected
    assert second == "42 [ 'a-b', '__proto__' ] true"


def test_papermill_on_the_command_line(kernel_name, tmp_path):
    write_notebook(tmp_path / "in.ipynb", kernel_name, ("let rate: number = 0.1; // learning rate\nlet name = 'x';", "parameters"), "[rate * 2, name]")
    helped = jupyter("papermill", "--help-notebook", "in.ipynb", cwd=tmp_path)
    assert re.search(r"rate: number \(default 0\.1\)\s+learning rate", helped.stdout), helped.stdout + helped.stderr
    done = jupyter("papermill", "-p", "rate", "0.25", "-p", "name", "a b", "in.ipynb", "out.ipynb", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert outputs(tmp_path / "out.ipynb")[2][0].data["text/plain"] == "[ 0.5, 'a b' ]"
    bad = jupyter("papermill", "-p", "not-a-name", "1", "in.ipynb", "out.ipynb", cwd=tmp_path)
    assert bad.returncode != 0 and "The parameter 'not-a-name' cannot be a variable of TypeScript" in bad.stderr


class Console:
    """jupyter console in a terminal."""

    def __init__(self, kernel_name, cwd):
        # It does not ask where its cursor is, which nobody here would answer.
        environment = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
        patient = "--ZMQTerminalInteractiveShell.kernel_is_complete_timeout=60"
        arguments = ["-m", "jupyter_console", "--kernel", kernel_name, patient]
        self.process = pexpect.spawn(sys.executable, arguments, cwd=str(cwd), env=environment, encoding="utf-8", timeout=LIMIT)
        self.seen = ""

    def until(self, text):
        """Waits for a text, past what was seen before; without what moves the cursor and gives colours."""
        end = time.monotonic() + LIMIT
        while text not in self.seen:
            assert time.monotonic() < end, f"{text!r} is not in {self.seen!r}"
            try:
                self.seen += self.process.read_nonblocking(4096, timeout=1)
            except pexpect.TIMEOUT:
                continue
            self.seen = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self.seen)
        self.seen = self.seen.split(text, 1)[1]

    def ask(self, count, keys):
        self.until(f"In [{count}]: ")
        self.process.send(keys)


@pytest.mark.skipif(os.name == "nt", reason="pexpect needs a terminal of POSIX")
def test_jupyter_console(kernel_name, tmp_path):
    console = Console(kernel_name, tmp_path)
    console.until("Gradoscope")
    console.ask(1, "1 + 2\r")
    console.until("Out[1]: 3")
    # The kernel says that it is not complete, and the console asks for more.
    console.ask(2, "function twice(n: number) {\r")
    console.until("...:")
    console.process.send("return n * 2; }\r")
    # With the tabulator key the name is completed.
    console.ask(3, "twi\t")
    console.until("twice")
    console.process.send("(21)\r")
    console.until("Out[3]: 42")
    console.ask(4, "const said = await input('your name? '); said + '!'\r")
    console.until("\nyour name? ")
    console.process.send("Ada\r")
    console.until("Out[4]: 'Ada!'")
    console.ask(5, "throw new RangeError('far')\r")
    console.until("RangeError: far")
    console.ask(6, "\x04")
    console.until("[y]/n")
    console.process.send("y\r")
    console.process.expect(pexpect.EOF)
    console.process.close()
    assert console.process.exitstatus == 0
