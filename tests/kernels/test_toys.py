"""Toy data against the geometry that they are drawn from."""

import numpy as np

from principles.kernels import toys

N = 4000


def near(values, mean, std):
    """Whether the average of the values is within four standard errors of its mean."""
    return abs(np.mean(values) - mean) < 4 * std / np.sqrt(len(values))


def test_rings_lie_around_two_circles_at_every_angle(rng):
    X, y = toys.rings(N, rng=rng)
    radius, unit = np.linalg.norm(X, axis=1), X / np.linalg.norm(X, axis=1, keepdims=True)
    assert near(y, 0, 1)
    for label, r in ((-1, 1.0), (1, 2.0)):
        there = y == label
        assert near(radius[there], r, 0.1)
        assert near((radius[there] - r) ** 2, 0.01, 0.01 * np.sqrt(2))
        for k in (1, 2):  # no harmonic of a uniform angle has a mean
            angle = k * np.arctan2(*unit[there].T)
            assert near(np.cos(angle), 0, np.sqrt(0.5))
            assert near(np.sin(angle), 0, np.sqrt(0.5))


def test_without_noise_rings_are_circles_of_the_given_radii(rng):
    X, y = toys.rings(50, inner=0.5, outer=3.0, noise_std=0.0, rng=rng)
    np.testing.assert_allclose(np.linalg.norm(X, axis=1), np.where(y == 1, 3.0, 0.5))


def test_moons_are_half_circles_that_a_half_turn_exchanges(rng):
    X, y = toys.moons(N, noise_std=0.0, rng=rng)
    cos, sin = (y[:, None] * X + [0.5, 0.25]).T
    np.testing.assert_allclose(cos**2 + sin**2, 1.0)
    assert sin.min() >= 0
    for label in (-1, 1):
        assert near(cos[y == label], 0, np.sqrt(0.5))
        assert near(sin[y == label], 2 / np.pi, np.sqrt(0.5 - 4 / np.pi**2))
    assert near(y, 0, 1)


def test_moons_are_blurred_by_a_tenth_unless_told():
    def moons(**options):
        return toys.moons(N, rng=np.random.default_rng(0), **options)[0]

    noise = moons() - moons(noise_std=0.0)
    assert near(noise.ravel() ** 2, 0.01, 0.01 * np.sqrt(2))


def test_the_rare_direction_is_as_rare_as_said(rng):
    X, y = toys.rare_direction(N, chance=0.1, rng=rng)
    np.testing.assert_array_equal(X.sum(axis=1), 1.0)
    np.testing.assert_array_equal(X.max(axis=1), 1.0)
    assert near(X[:, 1], 0.1, 0.3)
    np.testing.assert_array_equal(y, 1.0)
