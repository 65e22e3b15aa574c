"""The suite that Jupyter offers to kernels, against the installed spec."""

import os
import tempfile
from unittest import mock

import jupyter_kernel_test

HTML = "{ [Symbol.for('Jupyter.display')]() { return { 'text/html': '<b>x</b>' }; } }"


class TestGradoscope(jupyter_kernel_test.KernelTests):
    kernel_name = os.environ.get("GRADOSCOPE_KERNEL", "gradoscope")
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    completion_samples = [
        {"text": "process.versio", "matches": {"version", "versions"}},
        {"text": "[1].reduceR", "matches": {"reduceRight"}},
    ]
    complete_code_samples = ["1 + 1", "const a = 1", "function f() { return 1; }", "", "`a${1}`", "await f()", "<b>1</b>"]
    incomplete_code_samples = ["function f() {", "1 +", "`abc", "/* abc", "f(1,", "if (x) {\n  y();"]
    invalid_code_samples = ["}{", "import = 7q", "const = 1;", "f(]", "'abc"]
    code_generate_error = "throw new Error('bad')"
    code_execute_result = [
        {"code": "1 + 2", "result": "3"},
        {"code": "'a' + 'b'", "result": "'ab'"},
        {"code": "await Promise.resolve([1, 2])", "result": "[ 1, 2 ]"},
        {"code": HTML.join(["(", ")"]), "mime": "text/html", "result": "<b>x</b>"},
    ]
    code_display_data = [
        {"code": "import * as tslab from 'tslab'; tslab.display.html('<i>1</i>')", "mime": "text/html"},
        {"code": "tslab.display.png(Buffer.from([1]))", "mime": "image/png"},
    ]
    code_history_pattern = "1?+*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "parseInt"
    code_page_something = "import { page } from 'gradoscope/display'; page('much to read')"
    code_clear_output = "import { clearOutput } from 'gradoscope/display'; clearOutput()"

    @classmethod
    def setUpClass(cls):
        # The suite counts what its own cells have left in the history.
        cls.folder = tempfile.TemporaryDirectory()
        with mock.patch.dict(os.environ, GRADOSCOPE_HISTORY=f"{cls.folder.name}/history.jsonl"):
            super().setUpClass()
        # The suite's limits are meant for a kernel that has started: here, whose compiler has loaded.
        cls.kc.execute_interactive("0", timeout=120, output_hook=lambda _: None)

    def test_history_search_pattern_is_a_glob(self):
        self.flush_channels()
        self.execute_helper("1 + 2")
        reply = self.history_helper([], output=False, raw=True, hist_access_type="search", pattern="1 ? 2", n=1)
        assert [item[2] for item in reply["content"]["history"]] == ["1 + 2"]
