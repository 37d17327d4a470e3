"""Polynomial fits against numpy, and the best straight line against an integral."""

import numpy as np
import pytest
import scipy.integrate
from sklearn.metrics import root_mean_squared_error

from principles.linear_models import polynomials as poly


@pytest.fixture
def ten(rng):
    return poly.sample(10, noise_std=0.3, rng=rng)


@pytest.mark.parametrize("degree", [0, 1, 3, 6])
def test_the_fit_is_numpys(degree, ten):
    peer = np.polynomial.Polynomial.fit(ten.x, ten.y, degree)
    grid = np.linspace(0, 1, 30)
    np.testing.assert_allclose(poly.evaluate(poly.fit(ten, degree), grid), peer(grid), atol=1e-8)


def test_training_error_never_rises_with_the_degree_and_nine_passes_through_ten_points(ten):
    errors = [poly.error(poly.fit(ten, M), ten) for M in range(10)]
    assert (np.diff(errors) <= 1e-9).all()
    assert errors[9] < 1e-8 < errors[8]


def test_degree_nine_predicts_worse_than_degree_three_on_average(rng):
    x = np.linspace(0, 1, 200)
    gaps = []
    for _ in range(60):
        train, test = poly.sample(10, noise_std=0.3, rng=rng), poly.Sample(x, poly.truth(x) + rng.normal(0, 0.3, 200))
        gaps.append(poly.error(poly.fit(train, 9), test) - poly.error(poly.fit(train, 3), test))
    assert np.mean(gaps) > 4 * np.std(gaps) / np.sqrt(60)


def test_the_truth_is_the_sine_and_the_error_scikit_learns(ten):
    np.testing.assert_allclose(poly.truth(np.array([0.0, 0.25, 0.75])), [0.0, 1.0, -1.0], atol=1e-12)
    cubic = poly.fit(ten, 3)
    assert poly.error(cubic, ten) == pytest.approx(root_mean_squared_error(ten.y, poly.evaluate(cubic, ten.x)), abs=1e-12)


def test_a_sample_runs_evenly_from_zero_to_one_and_its_noise_has_mean_zero(rng):
    data = poly.sample(4001, noise_std=0.3, rng=rng)
    np.testing.assert_allclose(data.x, np.arange(4001) / 4000)
    noise = data.y - np.sin(2 * np.pi * data.x)
    assert abs(noise.mean()) < 4 * 0.3 / np.sqrt(4001)
    assert noise.std() == pytest.approx(0.3, rel=4 / np.sqrt(2 * 4001))


def test_the_best_straight_line_solves_its_integrals():
    slope, intercept, floor = poly.best_line(0.04)

    def risk(a, b):
        return scipy.integrate.quad(lambda x: (np.sin(2 * np.pi * x) - a * x - b) ** 2, 0, 1)[0] + 0.04

    assert risk(slope, intercept) == pytest.approx(floor, abs=1e-9)
    assert all(risk(slope + u, intercept + v) > floor for u in (-0.1, 0, 0.1) for v in (-0.1, 0, 0.1) if u or v)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: poly.powers(np.ones(3), -1), "degree must be at least 0"),
        (lambda: poly.sample(1, noise_std=0.1, rng=np.random.default_rng(0)), "n must be at least 2"),
        (lambda: poly.powers(np.array([np.inf]), 2), "x must be finite"),
    ],
)
def test_malformed_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
