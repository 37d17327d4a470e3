"""Recurrent layers, backpropagation through time, gates and products against torch and closed forms."""

import numpy as np
import pytest
import torch
from torch import nn

from principles.sequences import bptt, gates, products, recurrent
from principles.sequences.recurrent import RNN

LAYER = RNN(np.eye(2), np.ones((2, 1)))
LSTM = gates.random_gates(4, 4, 3, rng=np.random.default_rng(0))


def torch_weights(layer):
    return [parameter.detach().numpy() for parameter in layer.parameters()]


def random_layer(rng, p=4, d=3):
    return RNN(rng.normal(size=(p, p)) * 0.5, rng.normal(size=(p, d)))


@pytest.mark.equation("8.4")
def test_a_recursive_statistic_needs_no_memory_of_the_past(rng):
    xs = rng.normal(size=(30, 1))

    def welford(state, x):
        n, mean, m2 = state
        change = x[0] - mean
        return n + 1, mean + change / (n + 1), m2 + change * (x[0] - mean - change / (n + 1))

    n, mean, m2 = recurrent.scan(welford, (0, 0.0, 0.0), xs)[-1]
    assert (mean, m2 / n) == pytest.approx((xs.mean(), xs.var()))


@pytest.mark.equation("8.4", "8.5")
@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_rnn_layer_equals_torch(nonlinearity, rng):
    layer = nn.RNN(3, 4, batch_first=True, bias=False, nonlinearity=nonlinearity, dtype=torch.float64)
    xs, start = rng.normal(size=(5, 7, 3)), rng.normal(size=4)
    w_x, w_h = torch_weights(layer)
    options = {"nonlinearity": recurrent.relu} if nonlinearity == "relu" else {}
    ours = recurrent.states(RNN(w_h, w_x), xs, **options)
    np.testing.assert_allclose(ours, layer(torch.tensor(xs))[0].detach().numpy(), atol=1e-12)
    ours, first = recurrent.states(RNN(w_h, w_x), xs, start=start, **options), torch.tensor(np.tile(start, (1, 5, 1)))
    np.testing.assert_allclose(ours, layer(torch.tensor(xs), first)[0].detach().numpy(), atol=1e-12)


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_stacked_layers_equal_torch_with_the_names_exchanged(nonlinearity, rng):
    layer = nn.RNN(3, 4, 2, batch_first=True, bias=False, nonlinearity=nonlinearity, dtype=torch.float64)
    xs = rng.normal(size=(2, 6, 3))
    w = dict(layer.named_parameters())
    layers = [RNN(w[f"weight_hh_l{k}"].detach().numpy(), w[f"weight_ih_l{k}"].detach().numpy()) for k in range(2)]
    ours = recurrent.stacked(layers, xs, **({"nonlinearity": recurrent.relu} if nonlinearity == "relu" else {}))
    np.testing.assert_allclose(ours, layer(torch.tensor(xs))[0].detach().numpy(), atol=1e-12)


@pytest.mark.equation("8.15", "8.6")
def test_bidirectional_output_equals_torch(rng):
    layer = nn.RNN(3, 4, batch_first=True, bias=False, bidirectional=True, dtype=torch.float64)
    xs, v = rng.normal(size=(2, 6, 3)), rng.normal(size=(8, 2))
    a, b, c, d = torch_weights(layer)
    ours = recurrent.bidirectional(RNN(b, a), RNN(d, c), (v[:4], v[4:]), xs)
    np.testing.assert_allclose(ours, layer(torch.tensor(xs))[0].detach().numpy() @ v, atol=1e-12)


@pytest.mark.equation("8.7")
def test_average_loss_is_the_mean_over_sequences_and_times(rng):
    y, guess = rng.normal(size=(2, 3, 5, 2))
    total = sum(np.sum((y[i, t] - guess[i, t]) ** 2) for i in range(3) for t in range(5))
    assert recurrent.average_loss(y, guess) == pytest.approx(total / 15)
    assert recurrent.average_loss(y, guess) == pytest.approx(
        2 * nn.functional.mse_loss(torch.tensor(y), torch.tensor(guess)).item()
    )


def test_perplexity_is_base_free_and_counts_equal_choices(rng):
    p = rng.uniform(0.01, 1, size=50)
    assert recurrent.perplexity(np.log(p)) == pytest.approx(2 ** np.mean(-np.log2(p)))
    assert recurrent.perplexity(np.log(p)) == pytest.approx(np.prod(p) ** (-1 / 50))


@pytest.mark.equation("8.8")
@pytest.mark.parametrize("losses", [(1,), (2,), (1, 2)])
def test_two_step_gradients_equal_autograd(rng, losses):
    u, w, v, x1, x2, y1, y2 = rng.normal(size=7)
    U, W, V = (torch.tensor([a, a], dtype=torch.float64, requires_grad=True) for a in (u, w, v))  # a copy for each step
    h1 = torch.tanh(U[0] * x1 + W[0] * 0)
    h2 = torch.tanh(U[1] * x2 + W[1] * h1)
    h1.retain_grad()
    h2.retain_grad()
    ((y1 - V[0] * h1) ** 2 * (1 in losses) + (y2 - V[1] * h2) ** 2 * (2 in losses)).backward()
    options = {} if losses == (1, 2) else {"losses": losses}
    ours = bptt.two_step_gradients(u, w, v, (x1, x2), (y1, y2), **options)
    for name, leaf in (("u", U), ("w", W), ("v", V), ("h1", h1), ("h2", h2)):
        np.testing.assert_allclose(ours[name], leaf.grad, rtol=1e-12, atol=1e-14)
    run = bptt.two_steps(u, w, v, (x1, x2))
    assert (run.h1, run.h2) == pytest.approx((h1.item(), h2.item()))
    assert (run.y1, run.y2) == pytest.approx((v * h1.item(), v * h2.item()))


def test_bptt_equals_autograd_and_finite_differences(rng):
    layer, v, h0 = random_layer(rng), rng.normal(size=(4, 2)), rng.normal(size=4)
    xs, ys = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    leaves = [torch.tensor(a, requires_grad=True) for a in (layer.w_h, layer.w_x, v, h0)]
    h, loss = leaves[3], 0.0
    for x, y in zip(torch.tensor(xs), torch.tensor(ys)):
        h = torch.tanh(leaves[0] @ h + leaves[1] @ x)
        loss = loss + ((h @ leaves[2] - y) ** 2).sum() / 6
    loss.backward()
    ours = bptt.gradients(layer, v, h0, xs, ys)
    for grad, leaf in zip((ours.w_h, ours.w_x, ours.v, ours.h0), leaves):
        np.testing.assert_allclose(grad, leaf.grad.numpy(), atol=1e-12)
    copies, h, loss = [leaves[0].detach().clone().requires_grad_() for _ in range(6)], leaves[3], 0.0
    for w, x, y in zip(copies, torch.tensor(xs), torch.tensor(ys)):
        h = torch.tanh(w @ h + leaves[1] @ x)
        loss = loss + ((h @ leaves[2] - y) ** 2).sum() / 6
    loss.backward()
    np.testing.assert_allclose(ours.w_h_by_time, torch.stack([w.grad for w in copies]).numpy(), atol=1e-12)


def test_state_jacobian_norms_equal_autograd(rng):
    layer, xs, h0 = random_layer(rng), rng.normal(size=(5, 3)), rng.normal(size=4)
    norms = bptt.state_jacobian_norms(layer, xs, start=h0)

    def last(h, t):
        for x in torch.tensor(xs[t:]):
            h = torch.tanh(torch.tensor(layer.w_h) @ h + torch.tensor(layer.w_x) @ x)
        return h

    states = np.concatenate([h0[None], recurrent.states(layer, xs, start=h0)])
    for t in range(5):
        J = torch.autograd.functional.jacobian(lambda h, t=t: last(h, t), torch.tensor(states[t]))
        assert norms[t] == pytest.approx(torch.linalg.matrix_norm(J, 2).item(), rel=1e-10)


@pytest.mark.equation("8.9")
def test_powers_are_governed_by_eigenvalues_not_by_singular_values(rng):
    A = rng.normal(size=(6, 6))
    A /= products.spectral_radius(A)
    norms = products.power_norms(0.9 * A, rng.normal(size=6), steps=400)
    rate = np.log(norms[400] / norms[200]) / 200
    assert rate == pytest.approx(np.log(0.9), abs=0.01)
    shear = np.array([[0.5, 100.0], [0.0, 0.5]])
    assert np.linalg.norm(shear, 2) > 100
    assert products.power_norms(shear, np.array([0.0, 1.0]), steps=200)[-1] < 1e-50
    direct = [np.linalg.norm(np.linalg.matrix_power(A, k)[:, 0]) for k in range(5)]
    np.testing.assert_allclose(products.power_norms(A, np.eye(6)[0], steps=4), direct)


def test_orthogonal_matrices_keep_norms_and_are_uniform(rng):
    Q = products.orthogonal(5, rng=rng)
    np.testing.assert_allclose(Q.T @ Q, np.eye(5), atol=1e-12)
    np.testing.assert_allclose(products.power_norms(Q, np.ones(5), steps=50), np.sqrt(5), rtol=1e-12)
    traces = np.array([np.trace(products.orthogonal(3, rng=rng)) for _ in range(1000)])
    assert abs(traces.mean()) < 4 / np.sqrt(1000)
    assert traces.var() == pytest.approx(1, abs=0.2)
    U = products.orthogonal_from_svd(5, rng=rng)
    np.testing.assert_allclose(U.T @ U, np.eye(5), atol=1e-12)


@pytest.mark.parametrize("scale", [0.1, 10.0])
def test_clipping_equals_torch_and_the_printed_form_does_not_for_short_gradients(rng, scale):
    g = rng.normal(size=6) * scale
    leaf = torch.zeros(6, dtype=torch.float64, requires_grad=True)
    leaf.grad = torch.tensor(g.copy())
    torch.nn.utils.clip_grad_norm_([leaf], 1.0)
    np.testing.assert_allclose(products.clip_norm(g, 1.0), leaf.grad.numpy(), atol=1e-12)
    for ε in ({}, {"ε": 0.3}):
        longer = np.linalg.norm(g) + ε.get("ε", 1e-6)
        np.testing.assert_allclose(products.rescale_norm(g, 2.5, **ε), 2.5 * g / longer, rtol=1e-12)
        np.testing.assert_allclose(products.clip_norm(g, 2.5, **ε), g * min(1, 2.5 / longer), rtol=1e-12)
    printed = products.rescale_norm(g, 1.0)
    assert np.linalg.norm(printed) == pytest.approx(1.0, abs=1e-4)
    assert np.allclose(printed, leaf.grad.numpy()) == (scale > 1)
    leaf.grad = torch.tensor(g.copy())
    torch.nn.utils.clip_grad_value_([leaf], 0.5)
    np.testing.assert_array_equal(products.clip_entries(g, 0.5), leaf.grad.numpy())


@pytest.mark.equation("8.10", "8.11")
def test_gru_equals_torch_after_swapping_the_update_gate_and_resetting_after_the_product(rng):
    layer = nn.GRU(3, 4, batch_first=True, dtype=torch.float64)
    gru = gates.swap_update_gate(gates.from_torch(*torch_weights(layer)))
    xs = rng.normal(size=(2, 6, 3))
    ours = recurrent.scan(lambda h, x: gates.gru_step(gru, h, x, reset_first=False), np.zeros((2, 4)), xs)
    np.testing.assert_allclose(np.stack(ours, axis=1), layer(torch.tensor(xs))[0].detach().numpy(), atol=1e-12)
    notes = recurrent.scan(lambda h, x: gates.gru_step(gru, h, x), np.zeros((2, 4)), xs)
    assert np.abs(notes[-1] - ours[-1]).max() > 1e-3


@pytest.mark.equation("8.10", "8.11")
def test_notes_gru_copies_when_z_is_zero_and_forgets_when_r_is_zero(rng):
    gru, h, x = gates.random_gates(3, 4, 3, rng=rng), rng.normal(size=4), rng.normal(size=3)
    np.testing.assert_allclose(gates.gru_step(gates.forced(gru, {1: 0}), h, x), h, atol=1e-12)
    reset = gates.gru_step(gates.forced(gru, {0: 0, 1: 1}), h, x)
    np.testing.assert_allclose(reset, np.tanh(gru.w_x[2] @ x), atol=1e-12)


@pytest.mark.equation("8.12", "8.13", "8.14")
def test_lstm_equals_torch_with_tanh_on_the_cell(rng):
    layer = nn.LSTM(3, 4, batch_first=True, dtype=torch.float64)
    lstm = gates.from_torch(*torch_weights(layer))
    xs, zero = rng.normal(size=(2, 6, 3)), np.zeros((2, 4))
    ours = recurrent.scan(lambda state, x: gates.lstm_step(lstm, state, x), (zero, zero), xs)
    out, (_, c) = layer(torch.tensor(xs))
    np.testing.assert_allclose(np.stack([h for h, _ in ours], axis=1), out.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(ours[-1][1], c[0].detach().numpy(), atol=1e-12)
    (h, c), x = ours[2], xs[:, 3]
    bare, cell = gates.lstm_step(lstm, (h, c), x, squash=lambda a: a)
    np.testing.assert_allclose(gates.lstm_cell(lstm, h, c, x), cell, atol=1e-12)
    np.testing.assert_allclose(bare, gates.lstm_gates(lstm, h, x)[2] * cell, atol=1e-12)
    np.testing.assert_allclose(gates.lstm_hidden(h, c), h * np.tanh(c), atol=1e-12)


def test_the_gates_can_look_at_another_input_than_the_candidate(rng):
    gru, h, x, other = gates.random_gates(3, 4, 3, rng=rng), rng.normal(size=4), rng.normal(size=3), rng.normal(size=3)
    r, z = (recurrent.sigmoid(gru.w_x[k] @ other + gru.w_h[k] @ h) for k in (0, 1))
    expected = (1 - z) * h + z * np.tanh(gru.w_h[2] @ (r * h) + gru.w_x[2] @ x)
    np.testing.assert_allclose(gates.gru_step(gru, h, x, gate_input=other), expected, atol=1e-12)


@pytest.mark.equation("8.13")
def test_the_printed_lstm_shows_its_cell_unsquashed(rng):
    o, c = rng.uniform(size=4), 5 * rng.normal(size=4)
    np.testing.assert_array_equal(gates.lstm_hidden(o, c, squash=lambda a: a), o * c)


@pytest.mark.parametrize("n", [2, 6])
def test_light_gru_agrees_with_torchs_batch_norm_and_relu(n, rng):
    h, x = rng.normal(size=(n, 4)), rng.normal(size=(n, 3))
    w_z, w_n = ((rng.normal(size=(4, 3)), rng.normal(size=(4, 4))) for _ in range(2))
    z, n = (
        nn.functional.batch_norm(torch.tensor(x @ w[0].T), None, None, training=True) + torch.tensor(h @ w[1].T)
        for w in (w_z, w_n)
    )
    z = torch.sigmoid(z)
    expected = (1 - z) * torch.tensor(h) + z * torch.relu(n)
    np.testing.assert_allclose(gates.light_gru_step(w_z, w_n, h, x), expected.numpy(), atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: RNN(np.ones((2, 3)), np.ones((2, 1))), "w_h must have shape \\(2, 2\\)"),
        (
            lambda: recurrent.bidirectional(LAYER, LAYER, (np.ones((2, 1)), np.ones((2, 3))), np.ones((4, 1))),
            "the outputs of v\\[0\\] and those of v\\[1\\] must have matching shapes",
        ),
        (lambda: gates.from_torch(np.ones((9, 2)), np.ones((9, 4)), np.ones(9), np.ones(9)), "weight_hh must have shape"),
        (lambda: RNN(np.eye(2), np.ones((3, 1))), "w_x must have shape"),
        (lambda: recurrent.stacked([], np.ones((2, 3))), "layers must hold at least one"),
        (lambda: gates.Gates(np.ones((3, 2, 1)), np.ones((3, 2, 2)), np.ones((3, 1)), np.ones((3, 2))), "b_x must have shape"),
        (lambda: products.clip_norm(np.ones(2), 0.0), "limit must be above 0"),
        (lambda: products.clip_norm(np.array([1e200, 1.0]), 1.0), "the norm of gradient must be finite"),
        (lambda: products.rescale_norm(np.array([1e200, 1.0]), 1.0), "the norm of gradient must be finite"),
        (lambda: products.power_norms(np.eye(2), np.ones((2, 2)), steps=1), "x must have 1 axes"),
        (lambda: products.power_norms(np.eye(2), np.ones(3), steps=1), "x must have shape \\(2\\)"),
        (lambda: products.spectral_radius(np.ones((2, 3))), "A must have shape \\(2, 2\\)"),
        (lambda: products.clip_entries(np.array([np.nan]), 1.0), "gradient must be finite"),
        (lambda: recurrent.states(RNN(np.eye(2), np.ones((2, 1))), np.ones(3)), "xs must have at least 2 axes"),
        (lambda: recurrent.scan(lambda h, x: h, 0.0, np.ones(3)), "xs must have at least 2 axes"),
        (
            lambda: recurrent.states(RNN(np.eye(2), np.ones((2, 1))), np.ones((3, 1)), start=np.ones((3, 2))),
            "start must have 1 axes",
        ),
        (
            lambda: recurrent.step(RNN(np.eye(2), np.ones((2, 1))), np.ones(2), np.ones(3)),
            "x must have 1 entries on its last axis",
        ),
        (lambda: recurrent.average_loss(np.ones((2, 3, 1)), np.ones((1, 3, 1))), "targets and guesses must have matching shapes"),
        (lambda: recurrent.perplexity(np.array([0.5])), "log_probabilities must not be positive"),
        (lambda: bptt.two_steps(1.0, 1.0, 1.0, (1.0,)), "x must have shape \\(2\\)"),
        (lambda: bptt.two_step_gradients(1.0, 1.0, 1.0, (1.0, 2.0), (1.0, 2.0), losses=(3,)), "losses must name step 1"),
        (
            lambda: bptt.gradients(
                RNN(np.eye(2), np.ones((2, 1))), np.ones((2, 1)), np.zeros(2), np.ones((5, 1)), np.ones((1, 1))
            ),
            "ys must have shape \\(5, 1\\)",
        ),
        (lambda: gates.from_torch(np.ones((9, 2)), np.ones((8, 4)), np.ones(8), np.ones(8)), "weight_ih must have shape"),
        (lambda: gates.gru_step(LSTM, np.ones(4), np.ones(3)), "this cell must have 3 gates; got 4"),
        (lambda: gates.forced(LSTM, {1: 2}), "values must map gates to 0 or 1"),
        (lambda: gates.lstm_cell(LSTM, np.ones(4), np.ones(1), np.ones(3)), "h and c must have matching shapes"),
        (lambda: gates.lstm_gates(LSTM, np.ones((1, 4)), np.ones((2, 3))), "those of x must have matching shapes"),
        (
            lambda: gates.light_gru_step(
                (np.ones((2, 1)), np.eye(2)), (np.ones((2, 1)), np.eye(2)), np.ones((1, 2)), np.ones((1, 1))
            ),
            "x must hold at least 2 sequences",
        ),
    ],
)
@pytest.mark.usefixtures("as_users_run")
def test_malformed_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
