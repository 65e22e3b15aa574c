"""
The suite of peers/, which runs against any kernel: pytest test/conformance/peers --kernel NAME --summary FILE.json
What a kernel offers no way to do is skipped, and named in the summary.
"""

from queue import Empty

import pytest
from client import Kernel
from snippets import snippets_for


class Subject:
    """The kernel that is tested, and how to say things to it."""

    def __init__(self, name, cwd, **options):
        self.kernel = Kernel(name, cwd=str(cwd), **options)
        self.info = self.kernel.request("kernel_info_request")["content"]
        self.table = snippets_for(self.info)

    def __getattr__(self, name):
        return getattr(self.kernel, name)

    def works(self):
        """The next cell runs."""
        return self.run(self.code("print", text="works")).text().strip() == "works"

    def code(self, name, **values):
        if name not in self.table:
            pytest.skip(f"no way to do it: {name}")
        code = self.table[name]
        return code.format(**values) if isinstance(code, str) else code


class Shared:
    """One running kernel for the tests of a file; another one, when a test has left it unable to run a cell."""

    def __init__(self, start):
        self.start = start
        self.running = start()

    def ready(self):
        try:
            if self.running.works():
                return self.running
        except Empty:
            pass
        self.close()
        self.running = self.start()
        return self.running

    def close(self):
        self.running.close()


@pytest.fixture(scope="module")
def shared(kernel_name, tmp_path_factory):
    holder = Shared(lambda: Subject(kernel_name, tmp_path_factory.mktemp("notebook")))
    yield holder
    holder.close()


@pytest.fixture()
def subject(shared):
    return shared.ready()


@pytest.fixture()
def own_subject(kernel_name, tmp_path):
    running = Subject(kernel_name, tmp_path)
    yield running
    running.close()
