"""The runs that compare processors and versions: which they are, and that a difference is reported."""

import sys

import nbformat
import portability
import pytest


def test_a_processor_is_asked_only_for_what_it_has():
    old = list(portability.settings({"avx2"}))
    assert {s["ATEN_CPU_CAPABILITY"] for s in old} == {"default", "avx2"}
    assert {s["OPENBLAS_CORETYPE"] for s in old} == {"Haswell", "Zen"}
    assert len(old) == 2 * 2 * 2
    assert len(list(portability.settings({"avx2", "avx512f"}))) == 3 * 3 * 2


@pytest.mark.parametrize("which", ["oldest", "newest"])
def test_only_the_varied_libraries_leave_their_pins(which):
    asked = portability.requirements(which)
    assert any(line.startswith("torch==") for line in asked)
    varied = asked[-len(portability.VARIED) :]
    assert [line.replace(">=", "==").partition("==")[0] for line in varied] == list(portability.VARIED)
    assert all(("==" in line) == (which == "oldest") for line in varied)
    assert not any(line.startswith("numpy==") for line in asked[: -len(portability.VARIED)])


@pytest.mark.slow
@pytest.mark.parametrize(("printed", "agree"), [("1\n", True), ("2\n", False)])
def test_an_output_that_differs_is_reported(tmp_path, monkeypatch, capsys, printed, agree):
    monkeypatch.setattr(portability, "LOGS", tmp_path)
    output = nbformat.v4.new_output("stream", name="stdout", text=printed)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cell = nbformat.v4.new_code_cell("print(1)", outputs=[output], execution_count=1)
    page = tmp_path / "page.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel}), page)
    assert portability.compare("here", sys.executable, {}, [page]) is agree
    assert ("1 passed" in capsys.readouterr().out) is agree
    assert (tmp_path / "here.log").exists()
