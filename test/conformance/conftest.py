"""Installs the kernel spec into a temporary prefix, or takes an installed one: pytest --kernel NAME, or GRADOSCOPE_KERNEL=NAME."""

import os
import subprocess
from pathlib import Path

import pytest
from client import Kernel

pytest_plugins = ["subject", "summary"]

ROOT = Path(__file__).resolve().parents[2]
# The kernel runs on the node that installs its spec.
NODE = os.environ.get("GRADOSCOPE_NODE", "node")
FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="session", autouse=True)
def history_file(tmp_path_factory):
    """The kernels of the tests do not write into the user's own history."""
    file = tmp_path_factory.mktemp("history") / "history.jsonl"
    os.environ["GRADOSCOPE_HISTORY"] = str(file)
    yield file


@pytest.fixture(scope="session", autouse=True)
def kernel_name(request, tmp_path_factory):
    installed = request.config.getoption("--kernel")
    if installed:
        yield installed
        return
    prefix = tmp_path_factory.mktemp("prefix")
    command = [NODE, str(ROOT / "kernel/bin/gradoscope-kernel.cjs"), "install", "--prefix", str(prefix)]
    subprocess.run([*command, "--preload", str(FIXTURES / "preload.cjs")], check=True)
    before = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = str(prefix / "share/jupyter")
    yield "gradoscope"
    if before is None:
        del os.environ["JUPYTER_PATH"]
    else:
        os.environ["JUPYTER_PATH"] = before


@pytest.fixture(scope="module")
def kernel(kernel_name, tmp_path_factory):
    running = Kernel(kernel_name, cwd=str(tmp_path_factory.mktemp("notebook")))
    yield running
    running.close()


@pytest.fixture()
def own_kernel(kernel_name, tmp_path):
    running = Kernel(kernel_name, cwd=str(tmp_path))
    yield running
    running.close()
