"""What processes that read and write side by side must bring back, and what they must not share."""

from multiprocessing import get_context
from types import SimpleNamespace

import cores
import prerender
import pytest
from sphinx.errors import SphinxParallelError
from sphinx.util.parallel import ParallelTasks


@pytest.fixture
def events():
    """What `noted` connects, by the event's name, and an environment on which it has begun."""
    found = {}
    cores.noted(SimpleNamespace(connect=found.__setitem__), "marks")
    found["env"] = SimpleNamespace()
    found["builder-inited"](SimpleNamespace(env=found["env"]))
    return found


def test_of_what_another_process_noted_only_the_pages_it_read_are_taken(events):
    events["env"].marks.update(a="new", b="old")
    other = SimpleNamespace(marks={"a": "old", "b": "new"})
    events["env-merge-info"](None, events["env"], ["b", "c"], other)
    assert events["env"].marks == {"a": "new", "b": "new"}


def test_what_was_noted_goes_with_its_page_and_outlives_a_build(events):
    events["env"].marks.update(a=1, b=2)
    events["env-purge-doc"](None, events["env"], "a")
    events["env-purge-doc"](None, events["env"], "c")
    events["builder-inited"](SimpleNamespace(env=events["env"]))
    assert events["env"].marks == {"b": 2}


def fail(page):
    raise ValueError(page)


def test_a_failure_that_shows_while_tasks_are_added_is_not_forgotten(monkeypatch):
    monkeypatch.setattr(ParallelTasks, "terminate", cores.terminate)
    tasks = ParallelTasks(1)
    tasks.add_task(fail, "the first page")
    tasks._procs[0].join()
    with pytest.raises(SphinxParallelError, match="the first page"):
        tasks.add_task(print, "the second page")


@pytest.mark.skipif(not hasattr(prerender.os, "fork"), reason="Sphinx forks no processes here")
def test_a_process_that_is_forked_asks_a_node_of_its_own():
    render, options = prerender.Renderer(), {"displayMode": False}
    render("x", options)
    mine, theirs = render.process.pid, get_context("fork").SimpleQueue()

    def child():
        render("y", options)
        theirs.put(render.process.pid)

    process = get_context("fork").Process(target=child)
    process.start()
    process.join()
    assert theirs.get() != mine
    assert "z" in render("z", options)
    render.close()


def test_added_pages_are_begun_before_the_others_and_waited_for(monkeypatch):
    written, pages = [], [iter([("a", {}, "page.html"), ("b", {}, "page.html")]), iter([("c", {}, "page.html")])]
    builder = SimpleNamespace(
        parallel_ok=False,
        events=SimpleNamespace(emit=lambda name: pages),
        handle_page=lambda name, context, template: written.append(name),
    )
    cores.copy_assets(builder, copy=lambda builder: written.append("assets"))
    cores.await_added_pages(builder)
    assert written == ["assets", "a", "b", "c"]
