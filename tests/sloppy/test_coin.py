"""Fisher information and Hessian of the one-weight coin."""

import numpy as np
import pytest

from principles.sloppy import coin

X, Y = np.array([0.5, 1.0, 1.0, 1.5, 1.5]), np.array([1.0, 1.0, 1.0, 1.0, 0.0])


def test_hessian_is_the_second_difference_of_the_loss():
    h = 1e-4
    second = (coin.loss(0.3 + h, X, Y) - 2 * coin.loss(0.3, X, Y) + coin.loss(0.3 - h, X, Y)) / h**2
    assert coin.hessian(0.3, X, Y) == pytest.approx(second, abs=1e-6)
    assert coin.bend(0.3, X, Y, step=h) == pytest.approx(second)


@pytest.mark.filterwarnings("ignore:overflow")
def test_a_coin_that_is_surely_heads_costs_nothing_where_it_shows_heads():
    assert coin.loss(1000.0, np.ones(1), np.ones(1)) == 0


def test_fisher_information_is_the_hessian_averaged_over_the_models_own_labels():
    p = 1 / (1 + np.exp(-np.exp(0.3 * X)))
    expected = sum(p_i * coin.hessian(0.3, X[[i]], np.ones(1)) + (1 - p_i) * coin.hessian(0.3, X[[i]], np.zeros(1))
                   for i, p_i in enumerate(p)) / len(X)  # fmt: skip
    assert coin.fisher(0.3, X) == pytest.approx(expected)


def test_nothing_on_a_fine_grid_is_below_the_minimum():
    w = coin.minimum(X, Y)
    assert abs(coin.loss(w + 1e-5, X, Y) - coin.loss(w - 1e-5, X, Y)) < 1e-12
    assert coin.loss(w, X, Y) <= min(coin.loss(v, X, Y) for v in np.linspace(-5, 5, 222))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: coin.loss(0.0, X, Y + 1), "y must hold labels 0 and 1; got 1 to 2"),
        (lambda: coin.hessian(0.0, X, Y[:2]), "y and x must have one row a sample"),
        (lambda: coin.fisher(np.inf, X), "w must be finite"),
        (lambda: coin.bend(0.0, X, Y, step=0.0), "step must be above 0"),
        (lambda: coin.minimum(X, Y, reach=0.0), "reach must be above 0"),
        (lambda: coin.minimum(X, np.ones(5)), "reach must be larger: the loss still falls at 5"),
    ],
)
def test_malformed_input_is_refused_by_name(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
