"""The min-max game in closed form, its gradients, and gradient dynamics against their eigenvalues."""

import numpy as np
import pytest
from scipy import integrate, stats

from principles.adversarial import game, minmax

DATA, FAR = game.Gaussian(1.0, 0.5), game.Gaussian(-1.0, 1.5)


@pytest.mark.equation("16.6")
def test_the_value_is_the_integral():
    u = np.array([0.3, -0.7, 0.2])
    d = lambda x: 1 / (1 + np.exp(-(0.3 - 0.7 * x + 0.2 * x**2)))  # noqa: E731
    first = integrate.quad(lambda x: stats.norm.pdf(x, 1, 0.5) * np.log(d(x)), -6, 8)[0]
    second = integrate.quad(lambda x: stats.norm.pdf(x, -1, 1.5) * np.log(1 - d(x)), -9, 7)[0]
    assert game.population_value(u, DATA, FAR) == pytest.approx(first + second, abs=1e-5)  # 80 nodes


@pytest.mark.equation("16.6")
def test_the_inner_maximum_is_reached_by_the_ideal_discriminator_and_least_at_the_data():
    best = game.population_value(game.best_discriminator(DATA, FAR), DATA, FAR)
    assert game.inner_maximum(DATA, FAR) == pytest.approx(best, abs=1e-6)
    at_data = game.inner_maximum(DATA, DATA)
    assert at_data == pytest.approx(-np.log(4))
    around = [game.inner_maximum(DATA, game.Gaussian(1.0 + a, 0.5 * b)) for a, b in ((0.1, 1), (-0.1, 1), (0, 1.1), (0, 0.9))]
    assert min(around) > at_data + 1e-4


@pytest.mark.equation("16.7")
def test_the_sample_form_estimates_the_population_form(rng):
    u, v = np.array([0.3, -0.7, 0.2]), np.array([-1.0, 1.5])
    one, two = game.sample_terms(u, v, 1 + 0.5 * rng.normal(size=20_000), rng.normal(size=20_000))
    error = np.sqrt((one.var() + two.var()) / 20_000)
    assert one.mean() + two.mean() == pytest.approx(game.population_value(u, DATA, FAR), abs=4 * error)


@pytest.mark.equation("16.7")
@pytest.mark.parametrize("gradient", [game.pathwise_gradients, game.score_gradients])
def test_both_gradients_are_those_of_the_population_value(gradient, rng):
    u, v, e = np.array([0.3, -0.7, 0.2]), np.array([-1.0, 1.5]), 1e-5
    value = lambda v: game.population_value(u, DATA, game.Gaussian(v[0], v[1]))  # noqa: E731
    exact = [(value(v + s) - value(v - s)) / (2 * e) for s in e * np.eye(2)]
    rows = gradient(u, v, rng.normal(size=40_000))
    assert (np.abs(rows.mean(axis=0) - exact) < 4 * rows.std(axis=0) / 200).all()


def test_the_gradient_of_each_draw_is_its_slope():
    u, v, z, e = np.array([0.3, -0.7, 0.2]), np.array([-1.0, 1.5]), np.array([-2.0, -0.3, 0.0, 1.7]), 1e-6
    term = lambda v: game.sample_terms(u, v, np.zeros(1), z)[1]  # noqa: E731
    slopes = np.stack([(term(v + s) - term(v - s)) / (2 * e) for s in e * np.eye(2)], axis=1)
    assert game.pathwise_gradients(u, v, z) == pytest.approx(slopes, abs=1e-8)


@pytest.mark.parametrize("saturating", [True, False])
def test_the_pull_is_the_slope_of_the_generators_loss_with_the_discriminator_fixed(saturating):
    data, e = game.Gaussian(0.0, 1.0), 1e-5
    u = game.best_discriminator(data, game.Gaussian(2.0, 1.5))
    term = game.log_one_minus if saturating else game.minus_log

    def loss(mean):
        x, w = game.Gaussian(mean, 1.5).nodes()
        return w @ term(game.logit(u, x))

    slope = (loss(2 + e) - loss(2 - e)) / (2 * e)
    assert game.generator_pull(game.Gaussian(2.0, 1.5), data, saturating=saturating) == pytest.approx(slope, rel=1e-6)


def test_the_printed_term_is_flat_where_the_changed_one_is_steep():
    a = np.array([-20.0, -20.0 + 1e-3])
    assert abs(np.diff(game.log_one_minus(a))[0]) < 1e-10
    assert np.diff(game.minus_log(a))[0] == pytest.approx(-1e-3, rel=1e-6)


@pytest.mark.equation("16.6")
@pytest.mark.parametrize("method", ["simultaneous", "extragradient", "consensus"])
def test_each_step_stretches_by_the_eigenvalue(method):
    start, options = (1.0, 0.5), {"rate": 0.3} | ({"weight": 0.8} if method == "consensus" else {})
    run = getattr(minmax, method)
    path = run(start, **options) if method == "consensus" else run(minmax.saddle, start, **options)
    lengths = np.linalg.norm(minmax.states(path, 30), axis=1)
    factor = minmax.growth(method, **options)
    assert lengths[1:] / lengths[:-1] == pytest.approx(np.full(30, factor))


@pytest.mark.parametrize("rate", [0.1, 1.0, 1.9])
def test_alternating_steps_stay_on_an_ellipse(rate):
    x, y = minmax.states(minmax.alternating(minmax.saddle, (1.0, 0.5), rate=rate), 200).T
    energy = x**2 + y**2 + rate * x * y
    assert energy == pytest.approx(np.full(201, energy[0]))
    matrix = np.array([[1 - rate**2, -rate], [rate, 1]])
    assert np.abs(np.linalg.eigvals(matrix)).max() == pytest.approx(minmax.growth("alternating", rate=rate))


def test_consensus_without_weight_is_simultaneous_descent():
    assert minmax.growth("consensus", rate=0.3) == minmax.growth("simultaneous", rate=0.3)


def test_best_responses_need_not_meet():
    assert minmax.best_responses(np.array([[3.0, 1.0, 1.5], [0.0, 2.0, 2.0]])) == (2.0, 1.5)


def test_inner_steps_move_the_ascending_player_alone():
    path = minmax.states(minmax.alternating(minmax.saddle, (1.0, 0.0), rate=0.1, inner=3), 1)
    assert path[1] == pytest.approx([1 - 0.1 * 0.3, 0.3])


def test_the_smallest_gan_circles_and_a_penalty_brings_it_home():
    run = lambda γ: minmax.states(minmax.alternating(minmax.two_point_gan(penalty=γ), (1.0, 0.0), rate=0.2), 600)[-1]  # noqa: E731
    assert np.linalg.norm(run(0.0)) > 0.5
    assert np.linalg.norm(run(0.5)) < 1e-3


def test_the_smallest_gans_gradients_are_those_of_its_value():
    value = lambda x, y: -np.logaddexp(0, -0.7 * y) - np.logaddexp(0, x * y) - 0.3 / 2 * y**2  # noqa: E731
    gx, gy = minmax.two_point_gan(0.7, penalty=0.3)(1.2, -0.4)
    e = 1e-6
    assert gx == pytest.approx((value(1.2 + e, -0.4) - value(1.2 - e, -0.4)) / (2 * e), rel=1e-6)
    assert gy == pytest.approx((value(1.2, -0.4 + e) - value(1.2, -0.4 - e)) / (2 * e), rel=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: minmax.growth("hope", rate=0.1), "method must be one of"),
        (lambda: minmax.growth("alternating", rate=2.0), "rate must be below 2"),
        (lambda: next(minmax.simultaneous(minmax.saddle, (1.0, 0.0), rate=-1.0)), "rate must be above 0"),
    ],
)
def test_malformed_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
