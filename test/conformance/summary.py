"""
`--kernel NAME` runs the tests against an installed kernel spec (of another kernel, those in peers/ only);
`--summary FILE` writes what came out as JSON.
"""

import json
import os
from collections import Counter
from pathlib import Path

import client
from jupyter_client.kernelspec import KernelSpecManager

KEY = "peers/"


def pytest_addoption(parser):
    parser.addoption("--kernel", default=os.environ.get("GRADOSCOPE_KERNEL"), help="name of an installed kernel spec")
    parser.addoption("--limit", type=float, help="seconds to wait for what must come; less for kernels that may never answer")
    parser.addoption("--summary", help="JSON file for the results of the tests in peers/")


class Summary:
    def __init__(self, config):
        self.file = Path(config.getoption("--summary")).resolve()
        self.kernel = config.getoption("--kernel") or "gradoscope"
        self.results = {}

    def pytest_runtest_logreport(self, report):
        if KEY not in report.nodeid and not report.nodeid.startswith("test_"):
            return
        name = report.nodeid.split(KEY)[-1]
        if report.failed:
            lines = str(getattr(report, "longreprtext", "")).strip().splitlines()
            why = next((line[2:].strip() for line in lines if line.startswith("E ")), "")
            self.results[name] = {"outcome": "failed", "why": why[:300]}
        elif report.skipped:
            self.results.setdefault(name, {"outcome": "not offered", "why": str(report.longrepr[-1])})
        elif report.when == "call":
            self.results.setdefault(name, {"outcome": "passed"})

    def pytest_sessionfinish(self):
        areas = {}
        for name, result in self.results.items():
            area = name.split("::")[0].removeprefix("test_").removesuffix(".py")
            areas.setdefault(area, Counter())[result["outcome"]] += 1
        total = Counter(result["outcome"] for result in self.results.values())
        report = {"kernel": self.kernel, "total": total, "areas": areas, "tests": self.results}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(report, indent=2) + "\n")


def pytest_ignore_collect(collection_path, config):
    name = config.getoption("--kernel")
    if name is None or collection_path.is_dir() or collection_path.parent.name == "peers":
        return None
    ours = any("gradoscope-kernel" in part for part in KernelSpecManager().get_kernel_spec(name).argv)
    return None if ours else True


def pytest_configure(config):
    if config.getoption("--kernel"):
        # What unittest classes see.
        os.environ["GRADOSCOPE_KERNEL"] = config.getoption("--kernel")
    if config.getoption("--limit"):
        client.LIMIT = config.getoption("--limit")
    if config.getoption("--summary"):
        config.pluginmanager.register(Summary(config))
