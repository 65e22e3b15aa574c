"""What people meet in the first hour."""

import pytest


@pytest.fixture(autouse=True)
def default_engine_only(request):
    if request.config.getoption("--kernel"):
        pytest.skip("for the engine that the spec starts by default")


def traceback(result):
    return "\n".join(result.of("error")[0]["content"]["traceback"])


def complete(kernel, code):
    return kernel.reply(kernel.client.complete(code, len(code)))["content"]["matches"]


def inspect(kernel, code, at):
    return kernel.reply(kernel.client.inspect(code, at))["content"]


def test_an_error_deep_in_other_code_shows_the_line_of_the_cell(kernel):
    deep = "const deep = (n: number): number => { if (n === 0) throw new Error('deep'); return deep(n - 1) + 1; };\n\ndeep(20)"
    found = traceback(kernel.run(deep))
    assert ":3:" in found and "line 1" in found


def test_an_error_with_a_cause_has_both_its_braces(kernel):
    found = traceback(kernel.run("throw new Error('outer', { cause: new TypeError('inner') })"))
    assert "[cause]: TypeError: inner" in found
    assert found.count("{") - found.count("}") == 0


def test_the_stack_of_an_error_that_is_printed_is_in_terms_of_cells(kernel):
    first = kernel.run("function thrower() {\n  throw new Error('printed')\n}").reply["content"]["execution_count"]
    for show, stream in [("console.log(e)", "stdout"), ("console.error((e as Error).stack)", "stderr"), ("console.log({ e })", "stdout")]:
        result = kernel.run(f"try {{\n  thrower()\n}} catch (e) {{ {show} }}")
        frames = [line.strip() for line in result.text(stream).splitlines() if line.strip().startswith("at ")]
        second = result.reply["content"]["execution_count"]
        assert frames == [f"at thrower (In[{first}]:2:9)", f"at In[{second}]:2:3"], frames


def test_a_callback_can_be_run_elsewhere_from_its_source(kernel):
    elsewhere = "import vm from 'node:vm'; const elsewhere = (f: () => number) => vm.runInNewContext(`(${f})()`) as number"
    assert kernel.run(elsewhere).status == "ok"
    assert kernel.run("[elsewhere(() => 1 + 2), elsewhere(() => { return 3 }), elsewhere(function () { return 4 })]").value == "[ 3, 3, 4 ]"


def test_a_handle_of_display_is_not_shown_once_more(kernel):
    result = kernel.run("display('x')")
    assert len(result.of("display_data")) == 1 and result.of("execute_result") == []


def test_accessors_and_the_folder_of_the_notebook(kernel):
    assert kernel.run("class WithAccessor { accessor k = 4 } new WithAccessor().k").value == "4"
    assert kernel.run("__dirname === process.cwd() && __filename.startsWith(__dirname)").value == "true"


def test_children_print_in_the_cell(kernel):
    kernel.run("import { execFileSync, execSync, spawn, spawnSync } from 'node:child_process'; import { once } from 'node:events'")
    result = kernel.run("const left = spawn('sh', ['-c', 'echo o1; echo e1 >&2'], { stdio: 'inherit' }); await once(left, 'exit'); [left.exitCode, left.stdout]")
    assert (result.text(), result.text("stderr"), result.value) == ("o1\n", "e1\n", "[ 0, null ]")
    result = kernel.run("const piped = spawn('sh', ['-c', 'echo o2; echo e2 >&2'], { stdio: ['ignore', 'pipe', 'inherit'] }); let got = ''; piped.stdout!.on('data', (d) => { got += d }); await once(piped, 'close'); got")
    assert (result.text(), result.text("stderr"), result.value) == ("", "e2\n", "'o2\\n'")
    result = kernel.run("spawnSync('sh', ['-c', 'echo o3; echo e3 >&2; exit 3'], { stdio: 'inherit' }).status")
    assert (result.text(), result.text("stderr"), result.value) == ("o3\n", "e3\n", "3")
    result = kernel.run("execSync('echo o4; echo e4 >&2', { stdio: 'inherit' })")
    assert (result.text(), result.text("stderr"), result.value) == ("o4\n", "e4\n", "null")
    result = kernel.run("execFileSync('sh', ['-c', 'echo o5; exit 5'], { stdio: ['ignore', 'inherit', 'ignore'] })")
    assert (result.status, result.text()) == ("error", "o5\n")
    assert kernel.run("String(execSync('echo o6'))").value == "'o6\\n'"
    assert kernel.run("spawnSync('echo', ['o7'], { encoding: 'utf8' }).stdout").value == "'o7\\n'"
    assert kernel.run("execSync('yes | head -c 3000000', { stdio: 'inherit' }); 0").text() == "y\n" * 1_500_000


def test_characters_that_come_in_two_pieces(kernel):
    assert kernel.run("for (const byte of [0xc3, 0xa9]) process.stdout.write(Uint8Array.of(byte)); process.stdout.end('!')").text() == "é!"
    assert kernel.run("process.stdout.write('still open')").text() == "still open"


@pytest.mark.parametrize("before", ["while (true) { ", "if (numbers) { ", "for (const n of numbers) { ", "(() => { ", "switch (1) { case 1: "])
def test_names_of_earlier_cells_complete_in_a_block_that_is_open(kernel, before):
    kernel.run("const numbers = [1, 2, 3]")
    assert "map" in complete(kernel, f"{before}numbers.ma")


def test_within_a_call_the_function_is_explained(kernel):
    kernel.run("/** Adds up. */ function adder(a: number, b: number) { return a + b }")
    for code, at in [("adder(", 6), ("adder(1)", 6), ("adder([1, 2].length, ", 21), ("x = (1) + adder(", 16)]:
        found = inspect(kernel, code, at)
        assert found["found"] and "Adds up." in found["data"]["text/plain"], code


@pytest.mark.parametrize("options", ['{"target": "ES5"}', '{"target": "ES2015"}', '{"rootDir": "src"}'])
def test_a_usual_tsconfig_beside_the_notebook(own_kernel, tmp_path, options):
    (tmp_path / "tsconfig.json").write_text(f'{{"compilerOptions": {options}}}')
    (tmp_path / "local.ts").write_text("export const local = 5;")
    assert own_kernel.run("import { local } from './local'; await Promise.resolve(BigInt(local) + 10n)").value == "15n"


@pytest.mark.parametrize(
    "later",
    [
        "Promise.resolve().then(() => log('here'))",
        "Promise.resolve().then(function () { 'use strict'; log('here'); })",
        "import('node:fs').then((fs) => fs.readFile('/dev/null', () => log('here')))",
        "new Promise<void>((done) => import('node:fs').then(({ stat }) => stat('/', () => done()))).then(() => log('here'))",
        "Promise.resolve().then(async () => { log('here'); })",
        "Promise.resolve(['here']).then((texts) => texts.forEach((text) => log(text)))",
        "new (class { constructor(f: () => void) { queueMicrotask(() => Promise.resolve().then(f)) } })(() => log('here')); 0",
    ],
)
def test_a_helper_prints_for_the_cell_that_calls_it_also_when_that_is_later(kernel, later):
    kernel.run("const log = (text: string) => console.log(text)")
    result = kernel.run(f"{later}; await new Promise((r) => setTimeout(r, 100))")
    assert result.status == "ok", result.reply["content"]
    assert result.text() == "here\n"
    # Also when the cell has ended meanwhile.
    msg_id = kernel.send(f"setTimeout(() => {{ {later} }}, 50); 0")
    kernel.finish(msg_id)
    kernel.wait_for(msg_id, "here")
