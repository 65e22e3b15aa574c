"""What cells show: the predeclared display, the library's, tslab's, and any value as text within bounds."""

import os
import subprocess

import pytest
from client import Kernel
from conftest import ROOT

NAME = "gradoscope-display"


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    prefix = tmp_path_factory.mktemp("prefix")
    command = ["node", str(ROOT / "kernel/bin/gradoscope-kernel.cjs"), "install", "--prefix", str(prefix), "--name", NAME]
    subprocess.run([*command, "--preload", str(ROOT / "lib/dist/preload.js")], check=True)
    before = os.environ.get("JUPYTER_PATH", "")
    os.environ["JUPYTER_PATH"] = f"{prefix}/share/jupyter{os.pathsep}{before}"
    running = Kernel(NAME, cwd=str(tmp_path_factory.mktemp("empty")))
    os.environ["JUPYTER_PATH"] = before
    yield running
    running.close()


def shown(result):
    """Kind, display id, and data of each output that is not a stream."""
    kinds = ("display_data", "update_display_data", "execute_result", "clear_output")
    return [
        (m["msg_type"], m["content"].get("transient", {}).get("display_id"), m["content"].get("data"))
        for m in result.messages
        if m["msg_type"] in kinds
    ]


def test_display_is_predeclared_and_updates_by_handle_and_by_id(kernel):
    rich = "{ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>1</b>', 'text/plain': 'one' }) }"
    result = kernel.run(f"const first = display({rich}, {{ id: 'a' }}); first.update(2); console.log(first.id)")
    assert shown(result) == [
        ("display_data", "a", {"text/html": "<b>1</b>", "text/plain": "one"}),
        ("update_display_data", "a", {"text/plain": "2"}),
    ]
    assert result.text() == "a\n"
    # Clients such as nbclient look at the messages of the cell that runs only.
    later = kernel.run("first.update(3); display('four', { id: 'a', update: true }); 0")
    assert shown(later)[:2] == [
        ("update_display_data", "a", {"text/plain": "3"}),
        ("update_display_data", "a", {"text/plain": "'four'"}),
    ]
    assert len({m["content"]["transient"]["display_id"] for m in kernel.run("display(1); display(1)").of("display_data")}) == 2


@pytest.mark.parametrize(
    "code, words",
    [
        ("display(1, { id: 3 as any })", "display: options.id must be a string that is not empty; it is 3."),
        ("display(1, 5 as any)", "display: options must be an object"),
        ("display(1, { update: true })", "options.id must name what to replace"),
        ("display(1, { update: 'x' as any, id: 'a' })", "display: options.update must be true or false; it is 'x'."),
    ],
)
def test_display_names_what_is_wrong(kernel, code, words):
    error = kernel.run(code).reply["content"]
    assert error["ename"] == "TypeError" and words in error["evalue"]


def test_display_is_typed_and_gives_way_to_the_users_own(own_kernel):
    assert "TypeScriptError" == own_kernel.run("const n: number = display(1)").reply["content"]["ename"]
    assert own_kernel.run("const display = 5; display").value == "5"
    assert own_kernel.run("display + 1").value == "6"


def test_what_takes_its_time_comes_before_idle_and_in_order(kernel):
    slow = "{ [Symbol.for('Jupyter.display')]: async () => { await new Promise((r) => setTimeout(r, 100)); return { 'text/plain': 'slow' }; } }"
    result = kernel.run(f"const handle = display({slow}); handle.update('next'); 0")
    kinds = [(kind, data["text/plain"]) for kind, _, data in shown(result)]
    assert sorted(kinds) == [("display_data", "slow"), ("execute_result", "0"), ("update_display_data", "'next'")]
    assert kinds.index(("display_data", "slow")) < kinds.index(("update_display_data", "'next'"))
    assert kernel.run(f"({slow})").value == "slow"


@pytest.mark.parametrize(
    "method, words",
    [
        ("() => { throw new RangeError('oh') }", "failed: RangeError: oh"),
        ("async () => { throw new RangeError('oh') }", "failed: RangeError: oh"),
        ("() => ({ 'a/b': 1n })", "BigInt"),
        ("() => 5", "it must give an object of MIME types; it gave 5"),
        ("() => ({})", "it gave {}"),
    ],
)
def test_a_failing_display_method_leaves_text_and_says_so(kernel, method, words):
    value = f"({{ [Symbol.for('Jupyter.display')]: {method} }})"
    result = kernel.run(value)
    assert result.status == "ok"
    assert words in result.value and "[Jupyter.display]" in result.value
    assert words in shown(kernel.run(f"void display({value})"))[0][2]["text/plain"]


@pytest.mark.parametrize(
    "code, text",
    [
        ("new Map([[1, { a: 2 }]])", "Map(1) { 1 => { a: 2 } }"),
        ("class A { x = 1; #y = 2; get z(): number { throw 1; } }\nnew A()", "A { x: 1 }"),
        ("class B {}\nB", "[class B]"),
        ("[1n, Symbol('s'), () => 1, undefined, null, -0]", "[ 1n, Symbol(s), [Function (anonymous)], undefined, null, -0 ]"),
        ("Promise.resolve(4)", "Promise { 4 }"),
        ("({ get bad(): number { throw new Error('no'); } })", "{ bad: [Getter] }"),
        ("const circle: any = { a: 1 }; circle.self = circle; circle", "<ref *1> { a: 1, self: [Circular *1] }"),
        ("({ a: { b: { c: { d: 1 } } } })", "{ a: { b: { c: [Object] } } }"),
        ("({ [Symbol.for('nodejs.util.inspect.custom')]() { throw 5; } })", "[a value that cannot be shown: 5]"),
        ("new Proxy({}, { ownKeys() { throw 1; }, get() { throw 1; } })", "{}"),
        ("'é\\n\"'", "'é\\n\"'"),
    ],
)
def test_values_print_as_node_prints_them(kernel, code, text):
    assert kernel.run(code).value == text


def test_an_error_as_a_value_shows_the_users_places(kernel):
    result = kernel.run("function make() {\n  return new RangeError('kept');\n}\nmake()")
    count = result.reply["content"]["execution_count"]
    assert result.status == "ok"
    assert result.value.startswith("RangeError: kept")
    assert f"at make (In[{count}]:2:" in result.value and "node:" not in result.value


@pytest.mark.parametrize(
    "code",
    [
        "'x'.repeat(3e6)",
        "Array.from({ length: 1000 }, (_, i) => Array.from({ length: 1000 }, (_, j) => ({ i, j: { k: j } })))",
        "Object.fromEntries(Array.from({ length: 3e5 }, (_, i) => ['k' + i, { i }]))",
        "new Map(Array.from({ length: 3e5 }, (_, i) => [{ i }, ['x'.repeat(5000), [i]]]))",
        "Array.from({ length: 100 }, () => 'x'.repeat(1e5))",
        "new Float64Array(1e7)",
    ],
)
def test_large_values_are_cut(kernel, code):
    assert 300 < len(kernel.run(code).value) < 300_000


def test_the_librarys_display(kernel):
    result = kernel.run(
        "import { display as show, html, md, table, clearOutput } from 'gradoscope/display';\n"
        "show(html`<b>${'<i>'}</b>`, { id: 'h' });\n"
        "show(md`# ${'a_b'}`, { id: 'h', update: true });\n"
        "clearOutput({ wait: true });\n"
        "table([{ a: 1 }])"
    )
    assert [(kind, id) for kind, id, _ in shown(result)] == [
        ("display_data", "h"),
        ("update_display_data", "h"),
        ("clear_output", None),
        ("execute_result", None),
    ]
    assert shown(result)[0][2] == {"text/html": "<b>&lt;i&gt;</b>", "text/plain": "<i>"}
    assert shown(result)[1][2]["text/markdown"] == "# a\\_b"
    assert shown(result)[3][2]["text/html"].startswith("<div><table>")


def test_tensors_and_models_are_tables(kernel):
    tensor = kernel.run("import * as tf from '@tensorflow/tfjs'; tf.eye(2)")
    ((_, _, data),) = shown(tensor)
    assert "Tensor float32 [2, 2]" in data["text/html"] and "[1, 0]" in data["text/plain"]
    model = kernel.run("tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2] })] })")
    assert "9 parameters, 9 trainable, 0 not" in shown(model)[0][2]["text/html"]


def test_tslabs_display_with_ids(kernel):
    result = kernel.run(
        "import * as tslab from 'tslab';\n"
        "tslab.display.html('<b>1</b>');\n"
        "const other = tslab.newDisplay(); other.text('a'); other.html('<i>2</i>');\n"
        "tslab.display.png(new Uint8Array([1, 2]));\n"
        "tslab.display.raw('application/json', { a: 1 } as any);"
    )
    found = shown(result)
    assert [kind for kind, _, _ in found] == ["display_data", "display_data", "update_display_data", "display_data", "display_data"]
    assert found[0][2] == {"text/html": "<b>1</b>"}
    assert found[1][1] == found[2][1] and found[2][2] == {"text/html": "<i>2</i>"}
    assert found[3][2] == {"image/png": "AQI="}
