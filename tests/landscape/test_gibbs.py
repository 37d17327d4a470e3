"""Gibbs densities against known normalisers and brute-force sums."""

import numpy as np
import pytest
from scipy.stats import norm

from principles.landscape import gibbs


def two_wells(w):
    return (w**2 - 4) ** 2 * (1.5 + np.tanh(w)) / 64


def test_wells_have_the_stated_minima_and_curvatures():
    w = np.array([-1.0, -0.9, 0.0, 1.5])
    values = gibbs.wells(w, centres=[-1.0, 1.0], values=[0.0, 0.5], curvatures=[4.0, 1.0])
    np.testing.assert_allclose(values, [0.0, 0.02, 1.0, 0.625], atol=1e-12)


def test_the_density_of_a_square_is_normal():
    w = np.linspace(-12, 12, 2401)
    normal = np.exp(-(w**2) / 6) / np.sqrt(6 * np.pi)
    np.testing.assert_allclose(gibbs.density(lambda v: v**2 / 2, w, temperature=3.0), normal, atol=1e-9)


def test_the_masses_of_a_square_are_those_of_the_normal_law():
    borders = [-40.0, -1.0, 0.5, 40.0]
    normal = np.diff(norm(scale=np.sqrt(3)).cdf(borders))
    np.testing.assert_allclose(gibbs.masses(lambda v: v**2 / 2, borders, temperature=3.0), normal, atol=1e-9)


def test_masses_tend_to_laplaces_as_the_temperature_falls():
    curvatures = (1.5 + np.tanh(np.array([-2.0, 2.0]))) / 2  # ℓ'' = 32 (1.5 + tanh w) / 64 at w = ±2
    limit = gibbs.laplace_masses(np.zeros(2), curvatures, temperature=1.0)
    np.testing.assert_allclose(gibbs.laplace_masses(np.zeros(2), np.array([4.0, 1.0]), temperature=1.0), [1 / 3, 2 / 3])
    gaps = [np.abs(gibbs.masses(two_wells, [-8, 0, 8], temperature=T) - limit).max() for T in (0.1, 0.03, 0.003)]
    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[2] < 0.005


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_laplaces_masses_are_exact_for_distant_parabolas(temperature):
    values, curvatures = [0.3, 0.0], [0.5, 4.0]
    exact = gibbs.masses(
        lambda w: gibbs.wells(w, centres=[-20.0, 20.0], values=values, curvatures=curvatures), [-60, -20, 0, 20, 60],
        temperature=temperature)  # fmt: skip
    laplace = gibbs.laplace_masses(np.array(values), np.array(curvatures), temperature=temperature)
    np.testing.assert_allclose(exact.reshape(2, 2).sum(axis=1), laplace, rtol=1e-9)


@pytest.mark.parametrize("temperature", [0.2, 1.0])
def test_the_mass_of_the_valley_is_a_plain_sum_and_grows_like_the_logarithm(temperature):
    a = np.linspace(-6, 6, 1201)
    values = np.exp(-((1 - a[:, None] * a) ** 2) / (2 * temperature))
    assert gibbs.valley_mass(6.0, temperature=temperature) == pytest.approx(np.trapezoid(np.trapezoid(values, a), a), rel=1e-4)
    growth = gibbs.valley_mass(1e6, temperature=temperature) - gibbs.valley_mass(1e4, temperature=temperature)
    assert growth / np.log(100) == pytest.approx(4 * np.sqrt(2 * np.pi * temperature), rel=1e-4)


def test_with_weight_decay_the_mass_is_finite():
    a = np.linspace(-12, 12, 1201)
    ab, square = a[:, None] * a, a[:, None] ** 2 + a**2
    values = np.exp(-((1 - ab) ** 2 / 2 + 0.1 * square) / 0.4)
    whole = gibbs.decayed_mass(50.0, temperature=0.4, strength=0.1)
    assert whole == pytest.approx(np.trapezoid(np.trapezoid(values, a), a), rel=1e-5)
    assert gibbs.decayed_mass(500.0, temperature=0.4, strength=0.1) == pytest.approx(whole, rel=1e-9)
    near, far = (gibbs.decayed_mass(R, temperature=0.05, strength=1e-4) for R in (1e3, 1e5))
    assert far == pytest.approx(near, rel=1e-9)  # all of it is near 0, a ten-thousandth of the range


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gibbs.density(np.square, np.arange(3.0), temperature=0.0), "temperature must be above 0"),
        (lambda: gibbs.laplace_masses(np.zeros(2), np.array([1.0, 0.0]), temperature=1.0), "curvatures must be above 0; got 0"),
        (lambda: gibbs.valley_mass(1.0, temperature=1.0), "radius must be at least 2"),
        (lambda: gibbs.decayed_mass(5.0, temperature=1.0, strength=0.0), "strength must be above 0"),
    ],
)
def test_malformed_input_is_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
