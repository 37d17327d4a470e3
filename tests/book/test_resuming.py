"""A build that stops goes on where it stopped, machines can divide it, and what fails says so in one message."""

import signal
import sys
from threading import Event
from types import SimpleNamespace

import execution
import nbformat
import pytest
from jupyter_cache import get_cache
from ledger import Page


def page(code, **outputs):
    cell = nbformat.v4.new_code_cell(code, id="cell", execution_count=1, **outputs)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})


@pytest.fixture
def known(tmp_path):
    return get_cache(str(tmp_path / "cache"))


def test_what_another_machine_executed_is_found_once_its_folder_is_copied(known, tmp_path):
    other = get_cache(str(tmp_path / "other"))
    execution.keep(other, page("1 + 1"), "book/a.md", 1.0)
    known.get_version()
    (other.path / "executed").rename(known.path / "executed")
    assert not execution.holds(known, page("1 + 1"))
    execution.adopt(known)
    execution.adopt(known)
    assert execution.holds(known, page("1 + 1"))
    assert not execution.holds(known, page("1 + 2"))


@pytest.mark.parametrize("damage", [lambda file: file.unlink(), lambda file: file.write_text(file.read_text()[:90])])
def test_half_a_file_that_a_killed_build_left_is_executed_again(known, damage):
    execution.keep(known, page("1 + 1"), "book/a.md", 1.0)
    damage(next(known.path.glob("executed/*/base.ipynb")))
    assert not execution.holds(known, page("1 + 1"))
    execution.keep(known, page("1 + 1"), "book/a.md", 1.0)
    assert execution.holds(known, page("1 + 1"))


@pytest.fixture
def application(monkeypatch):
    """What `execution` asks of Sphinx, with pages that are executed one after another by the function that it returns."""
    monkeypatch.setattr(execution.sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setattr(execution.os, "cpu_count", lambda: 1)
    monkeypatch.setattr(execution, "_notebook", lambda app, doc: page(f"print({doc!r})"))
    path = execution.ROOT / "book" / "index.md"
    app = SimpleNamespace(env=SimpleNamespace(doc2path=lambda doc: str(path)))

    def fill(known, docs, run):
        monkeypatch.setattr(execution, "_run", lambda app, doc, notebook: run(doc))
        execution._fill(app, known, docs)

    return fill


def test_an_interrupted_build_keeps_the_pages_that_it_has_executed(known, application, monkeypatch):
    kept, keep = Event(), execution.keep
    monkeypatch.setattr(execution, "keep", lambda *arguments: (keep(*arguments), kept.set()))

    def interrupted(doc):
        if doc == "b":
            return 1.0, None
        assert kept.wait(10)
        signal.raise_signal(signal.SIGINT)
        return 1.0, "the kernel was killed"

    with pytest.raises(SystemExit, match="run the same command again to go on"):
        application(known, ["a", "b"], interrupted)
    again = []
    application(known, ["a", "b"], lambda doc: (again.append(doc), (1.0, None))[1])
    assert again == ["a"]


def test_a_page_that_fails_is_reported_and_the_others_are_kept(known, application):
    with pytest.raises(SystemExit, match=r"A cell failed, so the book is not built\.\s+book/index\.md: the kernel died"):
        application(known, ["a", "b", "c"], lambda doc: (1.0, "the kernel died" if doc == "b" else None))
    again = []
    application(known, ["a", "b", "c"], lambda doc: (again.append(doc), (1.0, None))[1])
    assert again == ["b"]


def test_a_failure_names_the_page_the_line_and_the_cause():
    book = Page(execution.ROOT / "book" / "index.md")
    error = nbformat.v4.new_output(
        "error", ename="CheckFailed", evalue="no", traceback=["\x1b[38;5;28;01mCheckFailed\x1b[39m: no"]
    )
    line = book.cells[0][0] + 1
    assert execution.where(book, page("verify()", outputs=[error]), "") == f"book/index.md, line {line}:\nCheckFailed: no"


def test_versions_that_are_not_the_pinned_ones_are_named(tmp_path):
    pins = tmp_path / "pins.txt"
    pins.write_text('nbformat==0.1\nno-such-package==1.0\nnumpy==0.1 ; sys_platform == "nowhere"\n-e .\n')
    (line,) = execution.strangers(pins)
    assert f"nbformat {nbformat.__version__} (==0.1), no-such-package missing (==1.0)." in line
    pins.write_text(f"nbformat=={nbformat.__version__}\n")
    assert list(execution.strangers(pins)) == []


def test_the_shares_of_the_machines_make_the_whole_book():
    pages = list("abcdefghijk")
    shares = [execution.share(pages, f"{number}/4") for number in (1, 2, 3, 4)]
    assert sorted(sum(shares, [])) == pages
    assert [len(share) for share in shares] == [3, 3, 3, 2]
    assert shares[1] == ["b", "f", "j"]


@pytest.mark.parametrize("which", ["5/4", "0/4", "2", "two/4", "1/0"])
def test_a_share_that_is_none_is_refused(which):
    with pytest.raises(SystemExit, match="must look like 2/4"):
        execution.share(["a"], which)


def test_a_full_disk_is_noticed_before_anything_is_executed(tmp_path, monkeypatch):
    monkeypatch.setattr(execution.shutil, "disk_usage", lambda folder: SimpleNamespace(free=5 << 20))
    with pytest.raises(SystemExit, match=r"needs \d+ MB in .*, and 5 MB are free"):
        execution.need_space(SimpleNamespace(outdir=str(tmp_path / "html")))


def test_the_reason_of_a_failed_build_is_not_buried_under_a_traceback(tmp_path, capsys):
    execution.say_once(tmp_path, RuntimeError, RuntimeError("There was an error. Look above for the cause."), None)
    said = capsys.readouterr().err
    assert "the reason stands above" in said
    assert "Traceback" not in said
    try:
        raise ValueError("another")
    except ValueError:
        execution.say_once(tmp_path, *sys.exc_info())
    assert "Traceback" in capsys.readouterr().err


def test_a_disk_that_fills_is_named_as_the_reason(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(execution.shutil, "disk_usage", lambda folder: SimpleNamespace(free=1 << 20))
    execution.say_once(tmp_path, RuntimeError, RuntimeError("There was an error. Look above for the cause."), None)
    assert f"the disk of {tmp_path} is full" in capsys.readouterr().err


@pytest.mark.parametrize("error", [None, OSError("no space left")])
def test_pages_are_written_again_after_a_build_that_stopped_while_it_wrote(tmp_path, error):
    app = SimpleNamespace(outdir=str(tmp_path / "html"))
    half = tmp_path / "html" / "half.html"
    half.parent.mkdir()
    execution.begin_writing(app, None)
    half.write_text("<html><p>half a")
    execution.end_writing(app, error)
    execution.write_all_again(app)
    assert half.parent.is_dir()
    assert half.exists() is (error is None)
    half.write_text("")
    execution.write_all_again(app)
    assert half.exists()
