"""Pictures say what they show, and what they say notices a wrong curve."""

import numpy as np
import pytest

from principles.figures import Picture, canvas, digest

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
