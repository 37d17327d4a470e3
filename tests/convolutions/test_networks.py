"""The networks of the last experiment, and the measurements of time."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from principles import data
from principles.convolutions import experiments, library, networks, timing


@pytest.mark.equation("5.3")
@pytest.mark.parametrize(("kind", "shift"), [("stride 1", 1), ("stride 1", 3), ("stride 2", 2)])
def test_a_mean_over_equivariant_maps_is_invariant(kind, shift, rng):
    network, images = networks.initial(kind, side=14, rng=rng), rng.random((3, 14, 14))
    moved = np.roll(images, shift, axis=2)
    np.testing.assert_allclose(networks.class_scores(network, moved), networks.class_scores(network, images), atol=1e-10)


def test_stride_two_breaks_odd_shifts(rng):
    network, images = networks.initial("stride 2", side=14, rng=rng), rng.random((3, 14, 14))
    change = networks.class_scores(network, np.roll(images, 1, axis=2)) - networks.class_scores(network, images)
    assert np.abs(change).max() > 1e-3


def test_the_convolutional_scores_are_torchs_sequential_module(rng):
    network, images = networks.initial("stride 2", side=14, rng=rng), torch.tensor(rng.random((2, 14, 14)))
    layers = []
    for weight, step in zip(network.weights, networks.STRIDES["stride 2"]):
        conv = torch.nn.Conv2d(
            weight.shape[1], weight.shape[0], 3, stride=step, padding=1, padding_mode="circular", dtype=torch.float64
        )
        conv.weight.data, conv.bias.data = weight, torch.zeros(len(weight), dtype=torch.float64)
        layers += [conv, torch.nn.LeakyReLU(networks.SLOPE)]
    expected = torch.nn.Sequential(*layers[:-1])(images[:, None]).mean(dim=(2, 3)).detach()
    np.testing.assert_allclose(networks.scores(network, images), expected, atol=1e-12)


def test_training_learns_digits_and_repeats_itself():
    train, test = data.split(data.digits(), test=400, rng=np.random.default_rng(0))
    images = networks.on_canvas(train.X, 10)
    network = networks.train("fully connected", images, train.y, steps=120, rng=np.random.default_rng(1))
    assert networks.accuracy(network, networks.on_canvas(test.X, 10), test.y) > 0.85
    short = [networks.train("fully connected", images, train.y, steps=5, rng=np.random.default_rng(1)) for _ in range(2)]
    assert torch.equal(short[0].weights[0], short[1].weights[0])


def test_the_first_step_of_training_moves_every_weight_by_the_rate_against_its_gradient(rng):
    images, labels = rng.random((6, 14, 14)), rng.integers(10, size=6)
    start = networks.initial("stride 2", side=14, rng=np.random.default_rng(3))
    draws = np.random.default_rng(3)
    moved = networks.train("stride 2", images, labels, steps=1, rng=draws, batch=4, rate=1e-3)
    draws = np.random.default_rng(3)
    networks.initial("stride 2", side=14, rng=draws)
    chosen = draws.integers(6, size=4)
    weights = [w.clone().requires_grad_() for w in start.weights]
    network = networks.Network("stride 2", tuple(weights), start.biases)
    loss = torch.nn.functional.cross_entropy(networks.scores(network, torch.tensor(images[chosen])), torch.tensor(labels[chosen]))
    for w, w_bar, after in zip(start.weights, torch.autograd.grad(loss, weights), moved.weights):
        clear = w_bar.abs() > 1e-4
        assert clear.float().mean() > 0.5
        np.testing.assert_allclose((after - w)[clear], -1e-3 * w_bar.sign()[clear], rtol=2e-4)


def test_digits_land_where_they_are_put(rng):
    digit = rng.random((2, 64))
    canvas = networks.on_canvas(digit, 12, rows=np.array([-2, 1]), columns=2)
    np.testing.assert_array_equal(canvas[0, 0:8, 4:12].ravel(), digit[0])
    np.testing.assert_array_equal(canvas[1, 3:11, 4:12].ravel(), digit[1])


def test_standard_errors_are_those_of_the_mean():
    mean, error = experiments.mean_and_error(np.array([[1.0], [2.0], [3.0]]))
    assert (mean[0], error[0]) == pytest.approx((2.0, 1 / np.sqrt(3)))


def test_slow_methods_retire(rng):
    table = timing.measure(
        {"slow": lambda x, w: sum(range(20000)), "fast": lambda x, w: None}, [1, 2], side=4, rng=rng, longest=1e-5
    )
    assert np.isnan(table["slow"]).tolist() == [False, True]
    assert not np.isnan(table["fast"]).any()


def test_pytorch_runs_the_same_unfolding_routine_for_small_and_large_float64_filters():
    small, large = library.operations(kernel=3), library.operations(kernel=7)
    assert set(small) == set(large)
    assert "_slow_conv2d_forward" in small


def test_looking_at_pytorchs_operations_prints_nothing(capfd):
    library.operations(kernel=3)
    assert capfd.readouterr() == ("", "")


def test_asking_for_the_default_weights_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    library.default_half_width(3, 3)
    assert torch.equal(before, torch.get_rng_state())


def test_switches_are_found_where_pytorch_keeps_them():
    assert not library.has("cudnn.benchmark")
    assert library.has("backends.cudnn.benchmark")


@pytest.mark.parametrize("kernel", [3, 5])
def test_the_scores_with_biases_and_dark_pixels_are_torchs_too(kernel, rng):
    shapes = [(4, 1), (3, 4), (10, 3)]
    weights = tuple(torch.tensor(rng.standard_normal((*shape, kernel, kernel))) for shape in shapes)
    biases = tuple(torch.tensor(rng.standard_normal(shape[0])) for shape in shapes)
    network, images = networks.Network("stride 2", weights, biases), torch.tensor(rng.standard_normal((2, 8, 8)))
    h = images[:, None]
    for layer, (w, b) in enumerate(zip(weights, biases)):
        h = torch.nn.functional.leaky_relu(h, 0.1) if layer > 0 else h
        conv = torch.nn.Conv2d(
            *w.shape[1::-1], kernel, stride=1 + (layer == 1), padding=kernel // 2, padding_mode="circular", dtype=torch.float64
        )
        conv.weight.data, conv.bias.data = w, b
        h = conv(h)
    np.testing.assert_allclose(networks.scores(network, images), h.mean(dim=(2, 3)).detach(), atol=1e-12)


def test_the_fully_connected_scores_are_two_products(rng):
    network, images = networks.initial("fully connected", side=9, rng=rng), rng.standard_normal((3, 9, 9))
    first, last = (w.numpy() for w in network.weights)
    below = images.reshape(3, 81) @ first.T
    expected = np.where(below > 0, below, 0.1 * below) @ last.T
    np.testing.assert_allclose(networks.class_scores(network, images), expected, atol=1e-12)


@pytest.mark.parametrize("kind", ["stride 1", "fully connected"])
def test_first_weights_have_variance_two_over_the_inputs_and_the_last_half_of_it(kind, rng):
    network = networks.initial(kind, side=16, rng=rng)
    for layer, w in enumerate(network.weights):
        expected = np.sqrt((1 if layer == len(network.weights) - 1 else 2) / w[0].numel())
        assert float(w.std()) == pytest.approx(expected, rel=4 / np.sqrt(2 * w.numel()))
    assert all((b == 0).all() for b in network.biases)


def test_four_steps_of_training_are_torchs_adam_on_a_cosine(rng):
    images, labels = rng.random((9, 8, 8)), rng.integers(10, size=9)
    options = {"steps": 4, "batch": 5, "rate": 0.03}
    ours = networks.train("fully connected", images, labels, **options, rng=np.random.default_rng(2))
    draws = np.random.default_rng(2)
    start = networks.initial("fully connected", side=8, rng=draws)
    leaves = [t.clone().requires_grad_() for t in (*start.weights, *start.biases)]
    peer = torch.optim.Adam(leaves, lr=0.03)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(peer, T_max=4)
    for _ in range(4):
        chosen = draws.integers(9, size=5)
        network = networks.Network("fully connected", tuple(leaves[:2]), tuple(leaves[2:]))
        loss = torch.nn.functional.cross_entropy(
            networks.scores(network, torch.tensor(images[chosen])), torch.tensor(labels[chosen])
        )
        peer.zero_grad()
        loss.backward()
        peer.step()
        cosine.step()
    for after, leaf in zip((*ours.weights, *ours.biases), leaves):
        np.testing.assert_allclose(after, leaf.detach(), atol=1e-9)


def test_training_unless_told_otherwise_draws_16_pictures_a_step_and_begins_at_rate_0_02(rng):
    images, labels = rng.random((9, 8, 8)), rng.integers(10, size=9)
    plain = networks.train("fully connected", images, labels, steps=2, rng=np.random.default_rng(0))
    told = networks.train("fully connected", images, labels, steps=2, batch=16, rate=0.02, rng=np.random.default_rng(0))
    assert torch.equal(plain.weights[0], told.weights[0])


def test_digits_stand_in_the_middle_unless_they_are_moved(rng):
    digit = rng.random((1, 64))
    canvas = networks.on_canvas(digit, 12)
    np.testing.assert_array_equal(canvas[0], np.pad(digit.reshape(8, 8), 2))
    np.testing.assert_array_equal(networks.on_canvas(digit, 8)[0], digit.reshape(8, 8))


@pytest.fixture
def trained(monkeypatch):
    """The arguments of each training on few digits; nothing is trained, the networks stay at their first weights."""
    calls, whole = [], data.digits()

    def train(kind, images, labels, *, steps, rng):
        state = rng.bit_generator.state["state"]["state"]
        network = networks.initial(kind, side=images.shape[1], rng=rng)
        calls.append(SimpleNamespace(kind=kind, images=images, labels=labels, steps=steps, state=state, network=network))
        return network

    monkeypatch.setattr(networks, "train", train)
    monkeypatch.setattr(experiments, "TEST", 12)
    few = data.Data(whole.X[:30], whole.y[:30], whole.features, whole.target, whole.source)
    monkeypatch.setattr(data, "digits", lambda: few)
    return calls


def share_right(network, images, labels):
    return (networks.scores(network, torch.tensor(images.copy())).argmax(1).numpy() == labels).mean()


def test_three_kinds_of_networks_see_centred_digits_and_are_tested_on_moved_ones(trained):
    found = experiments.shifted_digits(seeds=2, steps=5)
    kinds = ["stride 1", "stride 2", "fully connected"]
    assert [call.kind for call in trained] == kinds * 2
    np.testing.assert_array_equal(found.shifts, [-3, -2, -1, 0, 1, 2, 3])
    for k, call in enumerate(trained):
        train, test = data.split(data.digits(), test=12, rng=np.random.default_rng(k // 3))
        assert (call.steps, call.state) == (5, trained[k // 3 * 3].state)
        np.testing.assert_array_equal(call.images, np.pad(train.X.reshape(-1, 8, 8), ((0, 0), (3, 3), (3, 3))))
        np.testing.assert_array_equal(call.labels, train.y)
        centred = np.pad(test.X.reshape(-1, 8, 8), ((0, 0), (3, 3), (3, 3)))
        expected = [share_right(call.network, np.roll(centred, shift, axis=2), test.y) for shift in found.shifts]
        np.testing.assert_allclose(found.accuracies[call.kind][k // 3], expected)
    assert trained[0].state != trained[3].state
    assert all(found.trained[call.kind] is call.network for call in trained[3:])
    np.testing.assert_array_equal(found.test.X, test.X)


def test_nuisances_are_what_they_are_called(monkeypatch, trained):
    shown, digits = [], data.digits()
    monkeypatch.setattr(networks, "accuracy", lambda network, images, labels: shown.append((images, labels)) or float(len(shown)))
    found = experiments.nuisances(START, digits)
    names = ["as trained", "half as bright", "moved 3 pixels", "upper half hidden", "quarter turn"]
    assert found == {name: k + 1.0 for k, name in enumerate(names)}
    plain = digits.X.reshape(-1, 8, 8)
    lower = np.concatenate([np.zeros((30, 4, 8)), plain[:, 4:]], axis=1)
    around = ((0, 0), (3, 3), (3, 3))
    left_up = torch.rot90(torch.tensor(plain), 1, (1, 2)).numpy()
    expected = [np.pad(x, around) for x in (plain, 0.5 * plain, plain, lower, left_up)]
    expected[2] = np.pad(plain, ((0, 0), (3, 3), (6, 0)))
    for (images, labels), pictures in zip(shown, expected):
        np.testing.assert_array_equal(images, pictures)
        np.testing.assert_array_equal(labels, digits.y)


def test_the_fully_connected_network_of_the_first_page_is_tested_on_what_it_has_not_seen(trained):
    network, test = experiments.fully_connected(steps=3, seed=7)
    train, rest = data.split(data.digits(), test=12, rng=np.random.default_rng(7))
    (call,) = trained
    assert (call.kind, call.steps, call.network) == ("fully connected", 3, network)
    assert call.state == np.random.default_rng(7).bit_generator.state["state"]["state"]
    np.testing.assert_array_equal(call.images, np.pad(train.X.reshape(-1, 8, 8), ((0, 0), (3, 3), (3, 3))))
    np.testing.assert_array_equal(call.labels, train.y)
    np.testing.assert_array_equal(test.X, rest.X)


def test_means_are_over_seeds():
    mean, error = experiments.mean_and_error(np.array([[1.0, 5.0], [3.0, 5.0]]))
    np.testing.assert_allclose(mean, [2, 5])
    np.testing.assert_allclose(error, [1, 0])  # half the distance of two values


def test_the_shortest_of_several_runs_counts(monkeypatch):
    clock, runs = iter([10.0, 15.0, 20.0, 22.0, 30.0, 33.0]), []
    monkeypatch.setattr(timing.time, "perf_counter", lambda: next(clock))
    assert timing.seconds(lambda: runs.append(1)) == 2
    assert len(runs) == 3
    clock = iter([1.0, 8.0])
    assert timing.seconds(lambda: runs.append(1), repeats=1) == 7


def test_a_method_retires_after_a_quarter_of_a_second_on_pictures_of_the_stated_size(monkeypatch, rng):
    seen, durations = [], {"quick": 0.2, "slow": 0.3}
    methods = {name: lambda x, w, name=name: seen.append((x.shape, w.shape)) or durations[name] for name in durations}
    monkeypatch.setattr(timing, "seconds", lambda function: function())
    table = timing.measure(methods, [1, 3, 2], side=5, rng=rng)
    np.testing.assert_array_equal(table["quick"], 0.2)
    np.testing.assert_array_equal(table["slow"], [0.3, np.nan, np.nan])
    assert seen == [((5, 5), (1, 1)), ((5, 5), (1, 1)), ((5, 5), (3, 3)), ((5, 5), (2, 2))]


def test_products_are_counted_for_outputs_that_are_a_power_of_two():
    found = timing.products([1, 3], side=6)  # 36 and 64 outputs
    np.testing.assert_allclose(found["sums"], [36, 64 * 9])
    np.testing.assert_allclose(found["separable sums"], [36 * 2, 64 * (3 + 3)])
    transform, spectra = 2.5 * 64 * 6, 32 * 4  # of 64 = 2^6 real numbers; half as many complex ones times each other
    np.testing.assert_allclose(found["FFT"][1], 3 * transform + spectra)


START = networks.initial("stride 1", side=8, rng=np.random.default_rng(0))
BAD = [
    (lambda: networks.initial("recurrent", side=8, rng=np.random.default_rng(0)), "kind must be one of stride 1, stride 2"),
    (lambda: networks.on_canvas(np.ones((1, 64)), 10, columns=2), "at most 1 either way"),
    (lambda: networks.on_canvas(np.ones((2, 32)), 10), r"digits must have shape \(any, 64\)"),
    (lambda: networks.accuracy(START, np.ones((2, 8, 8)), np.array([1])), "labels and images"),
    (lambda: networks.accuracy(START, np.ones((1, 8, 8)), np.array([10])), "labels must be whole numbers from 0 to 9"),
    (lambda: networks.accuracy(START, np.ones((1, 8, 8)), np.array([-1])), "labels must be whole numbers from 0 to 9"),
    (lambda: networks.class_scores(START, np.full((1, 8, 8), np.nan)), "images must be finite"),
    (lambda: networks.train("stride 1", np.ones((1, 8, 8)), np.array([0.5]), steps=1, rng=None), "labels must hold whole"),
    (lambda: experiments.mean_and_error(np.ones((1, 3))), "seeds must be at least 2"),
    (lambda: library.conv1d(np.array([np.nan]), np.ones(1)), "x must be finite"),
    (lambda: library.conv1d(np.ones(2), np.ones(5), zeros=1), "window must fit into the input; it spans 5 of 2 entries and 2"),
    (lambda: library.conv2d(np.ones((1, 4, 2)), np.ones((1, 1, 3, 3)), np.ones(1)), "it spans 3 of 2 entries and 0 zeros"),
    (lambda: library.max_pool(np.ones((4, 4)), size=3, step=1, zeros=2), "zeros must be at least 0 and at most 1; got 2"),
    (lambda: library.average_pool(np.ones((4, 1)), size=4, step=1, zeros=1), "it spans 4 of 1 entries and 2 zeros"),
    (lambda: library.unfolded(np.ones((1, 2, 4)), np.ones((1, 1, 3, 3))), "it spans 3 of 2 entries and 0 zeros"),
    (lambda: library.layer_output_shape(np.ones((1, 2, 4)), outputs=1, kernel=3), "it spans 3 of 2 entries and 0 zeros"),
    (
        lambda: networks.train("stride 2", np.full((2, 8, 8), 1e300), np.array([0, 1]), steps=2, rng=np.random.default_rng(0)),
        "images and rate must let training converge",
    ),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_malformed_experiments_are_named(call, message, as_users_run):
    with pytest.raises(ValueError, match=message):
        call()
