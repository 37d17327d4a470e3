"""torch's and scikit-learn's own optimisers, step for step."""

import numpy as np
import pytest
import torch

from principles.acceleration import library, updates
from principles.acceleration.objectives import diagonal, logistic

H = np.array([1.0, 4.0, 9.0])


def loss(w):
    return (torch.tensor(H) * w**2).sum() / 2 + torch.cos(w).sum() / 4


def gradient(w):
    return H * w - np.sin(w) / 4


START = np.array([1.0, -2.0, 0.5])
DECAYING = {"constant": 0.05, "decaying": lambda t: 0.05 / (1 + t)}


@pytest.mark.equation("10.6")
@pytest.mark.parametrize("step", DECAYING)
@pytest.mark.parametrize(
    ("momentum", "dampening", "nesterov"),
    [(0.0, 0.0, False), (0.9, 0.0, False), (0.9, 0.5, False), (0.9, 0.9, False), (0.8, 0.0, True)],
)
def test_torchs_sgd_is_transcribed_step_for_step(step, momentum, dampening, nesterov):
    options = {"momentum": momentum, "dampening": dampening, "nesterov": nesterov, "steps": 30, "step_size": DECAYING[step]}
    theirs, ours = library.torch_sgd(loss, START, **options), library.transcribed(gradient, START, **options)
    np.testing.assert_allclose(ours.weights, theirs.weights, atol=1e-13)
    if momentum:
        np.testing.assert_allclose(ours.auxiliary, theirs.auxiliary, atol=1e-12)


@pytest.mark.equation("10.6")
def test_without_options_there_is_neither_dampening_nor_nesterov_as_in_torch():
    w = torch.tensor(START, requires_grad=True)
    sgd, weights = torch.optim.SGD([w], lr=0.05, momentum=0.9), [START]
    for _ in range(5):
        sgd.zero_grad()
        loss(w).backward()
        sgd.step()
        weights.append(w.detach().numpy().copy())
    options = {"step_size": 0.05, "momentum": 0.9, "steps": 5}
    np.testing.assert_allclose(library.transcribed(gradient, START, **options).weights, weights, atol=1e-13)
    np.testing.assert_allclose(library.torch_sgd(loss, START, **options).weights, weights, atol=1e-13)


@pytest.mark.equation("10.4", "10.5", "10.6")
@pytest.mark.parametrize("step", DECAYING)
def test_torch_follows_the_velocity_form_under_any_schedule(step):
    options = {"step_size": DECAYING[step], "momentum": 0.9, "steps": 30}
    theirs = library.torch_sgd(loss, START, **options)
    velocity = updates.heavy_ball_velocity(gradient, START, **options)
    np.testing.assert_allclose(theirs.weights, velocity.weights, atol=1e-13)
    np.testing.assert_allclose(theirs.auxiliary, -velocity.auxiliary[1:], atol=1e-12)
    difference = np.abs(theirs.weights - updates.heavy_ball(gradient, START, **options)).max()
    assert difference > 1e-2 if step == "decaying" else difference < 1e-12


@pytest.mark.equation("10.4")
@pytest.mark.parametrize("step", DECAYING)
def test_scikit_learn_follows_the_displacement_form_under_any_schedule(step):
    options = {"step_size": DECAYING[step], "momentum": 0.9, "steps": 30}
    W = library.sklearn_sgd(gradient, START, **options)
    np.testing.assert_allclose(W, updates.heavy_ball(gradient, START, **options), atol=1e-13)


@pytest.mark.equation("10.7", "10.8")
@pytest.mark.parametrize("solver", ["torch", "scikit-learn"])
def test_nesterovs_weights_in_libraries_are_the_points_where_he_looks(solver):
    options = {"step_size": 0.05, "momentum": 0.9, "steps": 30}
    ours = updates.nesterov(gradient, START, **options)
    torch_weights = lambda: library.torch_sgd(loss, START, nesterov=True, **options).weights  # noqa: E731
    theirs = torch_weights() if solver == "torch" else library.sklearn_sgd(gradient, START, nesterov=True, **options)
    np.testing.assert_allclose(theirs[:-1], ours.auxiliary, atol=1e-13)
    assert np.abs(theirs - ours.weights).max() > 0.05


def test_nesterov_with_dampening_is_refused_as_in_torch():
    with pytest.raises(ValueError, match="no dampening"):
        library.transcribed(diagonal(H).gradient, START, step_size=0.1, momentum=0.9, dampening=0.1, nesterov=True, steps=1)
    with pytest.raises(ValueError, match="Nesterov momentum requires"):
        library.torch_sgd(loss, START, step_size=0.1, momentum=0.9, dampening=0.1, nesterov=True, steps=1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: library.torch_sgd(loss, np.array([np.nan, 1.0, 1.0]), step_size=0.1, momentum=0.5, steps=2),
            "start must be finite",
        ),
        (lambda: library.torch_sgd(loss, START, step_size=0.1, momentum=0.5, steps=0), "steps must be at least 1"),
        (lambda: library.sklearn_sgd(gradient, START, step_size=0.1, momentum=5.0, steps=1), "momentum must be at most 1"),
        (lambda: library.logistic_loss(np.ones((3, 1)), np.array([1.0, 2.0, 1.0]), penalty=0.1), "labels -1 and"),
        (lambda: library.logistic_loss(np.ones((3, 1)), np.ones(2), penalty=0.1), "one row a sample"),
        (lambda: library.logistic_loss(np.ones((3, 1)), np.ones(3), penalty=-0.1), "penalty must be above 0"),
    ],
)
def test_malformed_library_runs_are_refused(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_torch_loss_is_the_numpy_objective(rng):
    X, y, w = rng.normal(size=(20, 3)), np.where(rng.normal(size=20) > 0, 1.0, -1.0), rng.normal(size=3)
    theirs, ours = library.logistic_loss(X, y, penalty=0.2), logistic(X, y, penalty=0.2)
    tensor = torch.tensor(w, requires_grad=True)
    value = theirs(tensor)
    value.backward()
    assert value.item() == pytest.approx(float(ours.value(w)), abs=1e-13)
    np.testing.assert_allclose(tensor.grad.numpy(), ours.gradient(w), atol=1e-13)


def test_momentum_has_to_be_asked_for_in_torch():
    assert library.defaults() == {"torch": 0.0, "scikit-learn": 0.9}
