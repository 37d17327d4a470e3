"""The networks and their training against the numpy formulas, finite differences and small known targets."""

from functools import partial

import numpy as np
import pytest
import torch

from principles.adversarial import discriminator, gan, modes
from principles.variational import mixture

RECIPE = gan.Recipe(steps=3, batch=8, rate=1e-2, discriminator_rate=1e-2)


def ring_gan(recipe, rngs, **options):
    return gan.train(
        partial(mixture.draw_rows, modes.ring(4, radius=2.0, std=0.3)), latents=2, width=8, recipe=recipe, rngs=rngs, **options
    )


@pytest.mark.equation("16.7", "16.3")
def test_the_players_losses_are_those_of_the_logistic_loss(rng):
    a, b = rng.normal(size=(2, 2, 20, 1))
    ours = gan.discriminator_loss(torch.from_numpy(a), torch.from_numpy(b)).numpy()
    assert ours == pytest.approx([discriminator.loss(x[:, 0], y[:, 0]) for x, y in zip(a, b)])
    d = 1 / (1 + np.exp(-b))
    for saturating, term in ((True, np.log(1 - d)), (False, -np.log(d))):
        assert gan.generator_loss(torch.from_numpy(b), saturating=saturating).numpy() == pytest.approx(term.mean(axis=(1, 2)))


def test_the_network_is_its_formula(rng):
    weights = gan.layers([3, 5, 2], [np.random.default_rng(1), np.random.default_rng(2)])
    x = rng.normal(size=(2, 7, 3))
    W, b, V, c = (p.detach().numpy() for p in weights)
    for s in range(2):
        h = x[s] @ W[s] + b[s]
        by_hand = (h / (1 + np.exp(-h))) @ V[s] + c[s]
        assert gan.network(weights, torch.from_numpy(x)).detach().numpy()[s] == pytest.approx(by_hand)
    X = rng.normal(size=(4, 3))
    critic = [p.detach() for p in gan.layers([3, 5, 1], [np.random.default_rng(1)])]
    assert gan.logits(critic, X)[0] == pytest.approx(gan.network(critic, torch.from_numpy(X)[None])[0, :, 0].numpy())


def test_initial_weights_have_variance_two_over_inputs_and_the_last_layer_its_share():
    weights, draws = gan.layers([3, 5, 2], [np.random.default_rng(1)], last=0.5), np.random.default_rng(1)
    assert weights[0][0].detach().numpy() == pytest.approx(draws.standard_normal((3, 5)) * np.sqrt(2 / 3))
    assert weights[2][0].detach().numpy() == pytest.approx(draws.standard_normal((5, 2)) * np.sqrt(2 / 5) / 2)
    assert not any(bias.any() for bias in weights[1::2])
    assert all(part.requires_grad for part in weights)


def test_a_run_does_not_depend_on_its_neighbours():
    alone = ring_gan(RECIPE, [np.random.default_rng(5)])
    beside = ring_gan(RECIPE, [np.random.default_rng(4), np.random.default_rng(5)])
    assert beside.generator[0][1].numpy() == pytest.approx(alone.generator[0][0].numpy(), abs=1e-13)


@pytest.mark.equation("16.7")
def test_the_discriminator_goes_first_and_lowers_its_loss():
    target = modes.ring(4, radius=2.0, std=0.3)
    still = gan.Recipe(steps=80, batch=32, rate=1e-12, discriminator_rate=2e-2)
    run = ring_gan(still, [np.random.default_rng(3)])
    X, rng = mixture.draw(target, 300, rng=np.random.default_rng(8)), np.random.default_rng(9)
    of_data, of_generated = (gan.logits(run.discriminator, rows)[0] for rows in (X, gan.sample(run.generator, 300, rng=rng)[0]))
    assert discriminator.loss(of_data, of_generated) < 0.6 * np.log(4)


@pytest.mark.equation("16.7")
@pytest.mark.parametrize("saturating", [True, False])
def test_the_generator_finds_a_shifted_gaussian(saturating):
    recipe = gan.Recipe(steps=150, batch=32, rate=1e-2, discriminator_rate=3e-2, saturating=saturating)
    draw = lambda n, rng: np.array([1.5, -1.0]) + 0.5 * rng.standard_normal((n, 2))  # noqa: E731
    run = gan.train(draw, latents=2, width=8, recipe=recipe, rngs=[np.random.default_rng(2)])
    X = gan.sample(run.generator, 500, rng=np.random.default_rng(1))[0]
    assert X.mean(axis=0) == pytest.approx([1.5, -1.0], abs=0.35)


def test_momentum_changes_the_second_step_and_not_the_first():
    plain, heavy = (
        ring_gan(gan.Recipe(steps=2, batch=8, momentum=β), [np.random.default_rng(5)], watch=(1, 2)).moments for β in (0.0, 0.9)
    )
    assert torch.allclose(plain[1][0], heavy[1][0], atol=1e-9)
    assert not torch.allclose(plain[2][0], heavy[2][0], atol=1e-5)


def test_a_start_is_the_linear_map_until_the_network_moves(rng):
    A = rng.normal(size=(2, 2))
    still = gan.Recipe(steps=1, batch=8, rate=1e-15)
    run = ring_gan(still, [np.random.default_rng(5)], start=A, watch=(1,))
    z = np.random.default_rng(6).standard_normal((5, 2))
    assert gan.sample(run.generator, 5, rng=np.random.default_rng(6))[0] == pytest.approx(z @ A)
    assert list(run.moments) == [1]


def test_packing_puts_whole_rows_side_by_side(rng):
    rows = torch.from_numpy(rng.normal(size=(1, 6, 2)))
    assert gan._packed(rows, 3).shape == (1, 2, 6)
    assert gan._packed(rows, 3)[0, 1, 2:4].tolist() == rows[0, 4].tolist()


@pytest.mark.parametrize("pack", [1, 2])
def test_the_discriminator_reads_a_pack_and_gives_it_one_logit(pack):
    run = ring_gan(gan.Recipe(steps=1, batch=8, pack=pack), [np.random.default_rng(5)])
    assert [tuple(W.shape) for W in run.discriminator[::2]] == [(1, 2 * pack, 8), (1, 8, 8), (1, 8, 1)]


def test_the_averaged_generator_is_the_running_mean_of_the_weights():
    run = ring_gan(gan.Recipe(steps=2, batch=8, averaging=0.75), [np.random.default_rng(5)], watch=(1, 2))
    first = gan.layers([2, 8, 8, 2], [np.random.default_rng(5)])[0].detach()
    by_hand = 0.75 * (0.75 * first + 0.25 * run.moments[1][0]) + 0.25 * run.moments[2][0]
    assert torch.allclose(run.generator[0], by_hand, atol=1e-14)


def test_steps_fall_to_zero_along_a_cosine_unless_they_should_not():
    moved = {}
    for decay in (True, False):
        run = ring_gan(gan.Recipe(steps=20, batch=8, rate=1e-3, decay=decay), [np.random.default_rng(5)], watch=(1, 2, 19, 20))
        early, late = (run.moments[b][0] - run.moments[a][0] for a, b in ((1, 2), (19, 20)))
        moved[decay] = (late.abs().max() / early.abs().max()).item()
    assert moved[True] < 0.05 < 0.2 < moved[False]


def test_a_ring_has_equal_round_modes_on_its_circle():
    ring = modes.ring(4, radius=3.0, std=0.2)
    assert ring.weights.tolist() == [0.25] * 4
    assert ring.variance == pytest.approx(0.04)
    assert ring.means == pytest.approx(3 * np.array([[1, 0], [0, 1], [-1, 0], [0, -1]]), abs=1e-15)


def test_modes_are_counted_within_reach(rng):
    target = modes.ring(6, radius=3.0, std=0.2)
    X = np.repeat(target.means[:4], [10, 30, 5, 1], axis=0) + 0.1 * rng.uniform(-1, 1, size=(46, 2))
    found = modes.cover(np.vstack([X, [[0.0, 0.0]] * 4]), target)
    assert found.counts.tolist() == [10, 30, 5, 1, 0, 0]
    assert (found.covered, found.close) == (3, 46 / 50)


def test_the_reach_is_counted_in_standard_deviations_and_the_wanted_share_is_enough():
    target = mixture.Mixture(np.array([0.5, 0.5]), np.array([[0.0], [10.0]]), 4.0)
    found = modes.cover(np.array([[3.9], [4.1], [10.0], [10.0]]), target, reach=2.0, enough=0.5)
    assert (found.counts.tolist(), found.covered, found.close) == ([1, 2], 2, 3 / 4)


def test_a_network_of_one_layer_is_a_linear_map(rng):
    weights, bias = gan.layers([3, 2], [rng])
    x = torch.from_numpy(rng.normal(size=(1, 5, 3)))
    assert gan.network([weights, bias], x).detach().numpy() == pytest.approx((x @ weights).detach().numpy())


@pytest.mark.usefixtures("as_users_run")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gan.Recipe(steps=5, batch=10, pack=4), "pack must divide the batch of 10"),
        (lambda: gan.Recipe(steps=5, rate=-1.0), "rate must be above 0"),
        (lambda: ring_gan(RECIPE, []), "rngs one generator or more"),
        (lambda: ring_gan(RECIPE, [3]), "rngs must be a numpy.random.Generator"),
        (
            lambda: gan.train(lambda n, rng: 3.0, latents=2, width=8, recipe=RECIPE, rngs=[np.random.default_rng(1)]),
            "draw must return",
        ),
        (lambda: modes.cover(np.ones((2, 2)), modes.ring(8, radius=1.0, std=0.5)), "reach must be below half"),
        (lambda: modes.cover(np.ones((2, 2)), modes.ring(2, radius=1.0, std=0.4)), "reach must be below half"),
        (lambda: modes.cover(np.ones((2, 2)), modes.ring(2, radius=10.0, std=4.0)), "reach must be below half"),
    ],
)
def test_malformed_input_is_named(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
