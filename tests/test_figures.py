"""Pictures say what they show, and what they say notices a wrong curve."""

import html
import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from principles.figures import Picture, Slider, canvas, digest
from principles.frames import merged

ALT = "A line that rises with its argument."


def line(values, gid=None):
    figure, ax = canvas()
    (drawn,) = ax.plot(np.arange(len(values)), values, label="rise")
    drawn.set_gid(gid)
    return Picture(figure, ALT)


def test_the_text_is_the_alternative_text_then_the_digest():
    assert repr(line([0.0, 1.0, 2.0])) == f"{ALT}\n[1]\n  line “rise”: 3 points, x 0.00 to 2.00, y 0.00 to 2.00, mean 1.00"


def test_the_digest_notices_another_curve_and_ignores_rounding_noise():
    values = np.linspace(0, 3, 50)
    assert repr(line(values)) == repr(line(values + 1e-9))
    assert repr(line(values)) != repr(line(1.05 * values))


def test_unstable_artists_stay_out_of_the_digest():
    assert repr(line([1.0, 2.0], gid="unstable")) == ALT


def test_bars_images_points_and_bands_are_described():
    figure, axes = canvas(2, 2)
    axes[0, 0].bar([1, 2], [3, 4])
    axes[0, 1].imshow(np.arange(6.0).reshape(2, 3))
    axes[1, 0].scatter([1, 2], [3, 4], label="samples")
    axes[1, 1].fill_between([0, 1], [0, 0], [1, 2])
    text = "\n".join(digest(figure))
    for words in ("bar at 1.00: 3.00", "image 2×3: 0.00 to 5.00, mean 2.50", "points “samples”: 2 points", "band"):
        assert words in text


def test_logarithmic_axes_are_read_in_decades():
    figure, ax = canvas()
    ax.loglog([1, 10, 100], [1e-8, 1e-4, 1.0])
    assert "x 0.00 to 2.00, y -8.00 to 0.00, mean -4.00" in "\n".join(digest(figure))


def test_svg_is_the_same_twice_with_colours_as_variables_and_ids_of_its_own():
    first, second, other = line([0.0, 1.0]).svg(), line([0.0, 1.0]).svg(), line([1.0, 0.0]).svg()
    assert first == second
    assert "var(--fig-blue, #0072b2)" in first
    ids = [{part.split('"')[0] for part in text.split('id="')[1:]} for text in (first, other)]
    assert not ids[0] & ids[1]


def test_a_picture_without_words_is_refused():
    figure, _ = canvas()
    with pytest.raises(ValueError, match="alt must describe"):
        Picture(figure, "figure 1")


def frame(height, *, width=4.0, limit=4.0):
    figure, ax = canvas(width=width)
    ax.plot([0, 1, 2], [0, height, 0], label="tent")
    ax.set(ylim=(0, limit), title=f"height {height}")
    return Picture(figure, f"A tent of height {height} on a flat field.")


def slider(values=(1, 2, 3), shown=2, **options):
    return Slider([frame(v) for v in values], name="height", values=values, shown=shown, **options)


@pytest.fixture(scope="module")
def drawn():
    """A slider over three frames that begins with the second."""
    return slider(symbol="h", unit="m").svg()


def displayed(svg, number):
    """Every element that belongs to a frame, as (is displayed, belongs to `number`)."""
    parts = [e for e in ElementTree.fromstring(svg).iter() if e.get("data-frame")]
    return [(e.get("display") != "none", str(number) in e.get("data-frame").split()) for e in parts]


def test_the_text_of_a_slider_holds_every_frame_so_that_a_wrong_one_is_noticed():
    text = repr(slider(symbol="h", unit="m"))
    assert text.startswith("Slider, height h: 1, 2, 3 m; at first 2\n1: A tent of height 1 on a flat field.\n[1] height 1\n")
    for height in "1.00", "2.00", "3.00":
        assert f"line “tent”: 3 points, x 0.00 to 2.00, y 0.00 to {height}" in text


def test_a_slider_displays_the_frame_it_begins_with_and_hides_the_others(drawn):
    assert {True, False} == {shown for shown, _ in displayed(drawn, 1)}
    assert all(shown == belongs for shown, belongs in displayed(drawn, 1))


def test_frames_share_what_they_have_in_common(drawn):
    assert len(drawn) < 1.5 * len(frame(1).svg())
    ids = re.findall(r'\bid="([^"]+)"', drawn)
    assert ids
    assert len(ids) == len(set(ids))


def test_each_frame_of_a_slider_is_the_picture_alone(drawn):
    for number, height in enumerate((1, 2, 3)):
        (tent,) = re.findall(r'<path d="([^"]+)"[^>]*--fig-blue', frame(height).svg())
        (shared,) = re.findall(rf'<path d="([^"]+)"[^>]*--fig-blue[^>]*data-frame="{number}"', drawn)
        assert shared.split() == tent.split()


def test_the_page_learns_what_to_write_on_the_slider(drawn):
    about = json.loads(html.unescape(re.search(r'data-slider="([^"]+)"', drawn)[1]))
    assert (about["name"], about["symbol"]) == ("height", "h")
    assert about["shown"] == 1
    assert [f["value"] for f in about["frames"]] == ["1 m", "2 m", "3 m"]
    assert about["frames"][2]["alt"] == "A tent of height 3 on a flat field."
    assert "tent" in about["frames"][2]["data"]


def test_drawings_with_different_numbers_of_parts_merge_in_their_order():
    insides = '<a/><b/><z id="line_2"/>', '<a/><b/><c id="line_2"/><z id="line_3"/>'
    few, many = (f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>' for inside in insides)
    parts = [(e.tag.split("}")[1], e.get("data-frame")) for e in ElementTree.fromstring(merged([few, many], shown=0))]
    assert parts == [("defs", None), ("a", None), ("b", None), ("c", "1"), ("z", None)]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: slider((1,), 1), "two or more Pictures"),
        (lambda: Slider([1, 2], name="n", values=[1, 2], shown=1), "two or more Pictures"),
        (lambda: Slider([frame(1), frame(2)], name="n", values=[1], shown=1), "2 different values"),
        (lambda: Slider([frame(1), frame(2)], name="n", values=[1, 1], shown=1), "2 different values"),
        (lambda: Slider([frame(1), frame(2)], name=" ", values=[1, 2], shown=1), "name must say"),
        (lambda: slider(shown=7), "one of the values 1, 2, 3; got 7"),
        (lambda: Slider([frame(1), frame(2, limit=9)], name="n", values=[1, 2], shown=1), "share their axes"),
        (lambda: Slider([frame(1), frame(2, width=5)], name="n", values=[1, 2], shown=1), "one size"),
    ],
)
def test_a_malformed_slider_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
