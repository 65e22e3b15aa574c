"""The history between starts."""

import json
import stat

from client import Kernel


def tail(kernel, n=10):
    content = kernel.request("history_request", hist_access_type="tail", n=n, output=False, raw=True)["content"]
    return content["history"]


def test_it_is_kept_between_starts_and_shared(kernel_name, tmp_path, monkeypatch):
    file = tmp_path / "data/history.jsonl"
    monkeypatch.setenv("GRADOSCOPE_HISTORY", str(file))
    first, second = Kernel(kernel_name, cwd=str(tmp_path)), Kernel(kernel_name, cwd=str(tmp_path))
    first.run("const first = 1; first")
    second.run("const second = 2")
    first.run("'hidden'", silent=True)
    first.run("'not stored'", store_history=False)
    first.run("throw new Error('also kept')")
    first.close()
    second.close()
    third = Kernel(kernel_name, cwd=str(tmp_path))
    third.run("3")
    assert tail(third) == [[1, 1, "const first = 1; first"], [1, 2, "throw new Error('also kept')"], [2, 1, "const second = 2"], [3, 1, "3"]]
    options = {"hist_access_type": "range", "session": 1, "start": 1, "stop": 2, "output": True, "raw": True}
    assert third.request("history_request", **options)["content"]["history"] == [[1, 1, ["const first = 1; first", "1"]]]
    third.close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert all(isinstance(json.loads(line), dict) for line in file.read_text().splitlines() if line)


def test_it_can_be_switched_off(kernel_name, tmp_path, monkeypatch):
    monkeypatch.setenv("GRADOSCOPE_HISTORY", "0")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    running = Kernel(kernel_name, cwd=str(tmp_path))
    running.run("1")
    assert tail(running) == [[1, 1, "1"]]
    running.close()
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_written_fails_no_cell(kernel_name, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GRADOSCOPE_HISTORY", str(tmp_path / "file/history.jsonl"))
    log = tmp_path / "stderr.log"
    with log.open("wb") as stderr:
        running = Kernel(kernel_name, cwd=str(tmp_path), stderr=stderr)
    assert running.run("1 + 1").value == "2"
    assert tail(running) == [[1, 1, "1 + 1"]]
    running.close()
    assert log.read_text().count("The history cannot be written") == 1
