"""A small valid value of each class of the package that a public function takes."""

import numpy as np
import torch

from principles import data
from principles.acceleration import objectives as smooth
from principles.acceleration import ode
from principles.adversarial import game
from principles.backpropagation import initialisation, network, neuron
from principles.convolutions import networks as images
from principles.convolutions import receptive
from principles.gradient_descent import objectives, zoo
from principles.intelligence import cards, deciding, energy, hodgkin_huxley, maze, membrane, restarts, threshold
from principles.kernels import mercer
from principles.kernels import two_layer as hidden_units
from principles.landscape import linear_network
from principles.learning_theory import network as relu
from principles.linear_models import least_squares, likelihood, memorizer, perceptron, polynomials, surrogate
from principles.losses import augmentation, softmax, training
from principles.regularization import batch_networks, label_shift, normalization, risk, two_layer
from principles.sequences import carried, gates, kalman, memory, pretraining, recurrent, text, transformer
from principles.sloppy import classifier
from principles.stochastic import adam, bounds, digits_noise, gibbs
from principles.stochastic import objectives as sums
from principles.variational import denoiser, evidence, hierarchy, laplace, mixture, quality, schedule, vae

X = np.array([[0.5, -1.0], [1.5, 0.5], [-1.0, 1.0], [0.2, -0.3], [1.0, 2.0], [-0.4, 0.1]])
Y = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
SIGNALS = kalman.Model(0.9, 0.5, 1.0)
BETAS = np.array([0.1, 0.2, 0.3])
WHITENED = np.linalg.qr(X)[0] * np.sqrt(len(X))


def rng():
    return np.random.default_rng(0)


STATES = {
    adam.Settings: adam.Settings,
    adam.State: lambda: adam.initial(np.ones(2)),
    augmentation.Curve: lambda: augmentation.Curve(np.array([0.0, 1.0, 0.5])),
    batch_networks.Net: lambda: batch_networks.Net((2, 3, 3, 2), norm=True, p_drop=0.0, rng=rng()),
    bounds.Constants: lambda: bounds.Constants(1.0, 4.0, 1.0, 1.0),
    cards.Deck: lambda: cards.punch(np.array([0, 1]), np.array([1, 0]), rng=rng()),
    carried.RecurrentText: lambda: carried.RecurrentText(4, p=3, rng=rng()),
    classifier.Network: lambda: classifier.Network(2, 3, 3),
    data.Data: lambda: data.Data(X, Y, ("a", "b"), "label", "none"),
    deciding.Problem: lambda: deciding.Problem(np.array([0.5, 0.5]), 1.0 - np.eye(2), np.array([0.2, 0.8])),
    denoiser.Denoiser: lambda: denoiser.Denoiser(2, width=4, depth=1, schedule=schedule.schedule(BETAS), rng=rng()),
    digits_noise.Shape: lambda: digits_noise.Shape(2, 3, 3),
    energy.Budget: energy.Budget,
    evidence.Encoder: lambda: evidence.posterior(STATES[evidence.LinearModel]()),
    evidence.LinearModel: lambda: evidence.LinearModel(np.eye(2), np.zeros(2), 0.5),
    game.Gaussian: lambda: game.Gaussian(0.3, 1.2),
    gates.Gates: lambda: gates.random_gates(3, 2, 2, rng=rng()),
    gibbs.Potential: lambda: gibbs.quadratic(1.0),
    hidden_units.Weights: lambda: hidden_units.initial(2, 3, rng=rng()),
    hierarchy.TwoEncoders: lambda: hierarchy.exact_encoders(hierarchy.TwoLevels(0.5, 0.5, 1.0, 1.0)),
    hierarchy.TwoLevels: lambda: hierarchy.TwoLevels(0.5, 0.5, 1.0, 1.0),
    hodgkin_huxley.Membrane: hodgkin_huxley.Membrane,
    hodgkin_huxley.Trace: lambda: hodgkin_huxley.simulate(hodgkin_huxley.Membrane(), np.full(20, 10.0), step=0.02),
    images.Network: lambda: images.initial("stride 1", side=8, rng=rng()),
    initialisation.Scheme: lambda: initialisation.SCHEMES["he"],
    kalman.Belief: lambda: kalman.Belief(0.0, 1.0),
    kalman.Filtered: lambda: kalman.run(np.array([0.5, 1.0, 0.2]), SIGNALS, first=kalman.Belief(0.0, 1.0)),
    kalman.Model: lambda: SIGNALS,
    label_shift.Clinic: lambda: label_shift.Clinic(0.3),
    laplace.Peak: laplace.tilted_peak,
    least_squares.Affine: lambda: least_squares.Affine(np.ones(2), 0.5),
    likelihood.Band: lambda: likelihood.interval(likelihood.fit(X, X @ np.ones(2) + 0.1 * Y), X, level=0.9),
    likelihood.GaussianModel: lambda: likelihood.fit(X, X @ np.ones(2) + 0.1 * Y),
    linear_network.Moments: lambda: linear_network.moments(X, X @ np.array([[1.0, 0.5], [0.2, 2.0]])),
    maze.Maze: lambda: maze.random_maze(3, extra_doors=1, rng=rng()),
    membrane.Cell: membrane.Cell,
    memorizer.Memory: lambda: memorizer.memorize(np.arange(24.0).reshape(2, 2, 2, 3), np.array([1.0, -1.0]), row=0, column=1),
    memory.Reader: lambda: memory.Reader("GRU", d=2, p=3, answers=2, length=5, rng=rng()),
    mercer.Quadrature: lambda: mercer.legendre(-1.0, 1.0, nodes=3),
    mixture.Mixture: lambda: mixture.ring(3, radius=2.0, std=0.3),
    network.Network: lambda: network.random_network((2, 3), outputs=1, activation="tanh", gain=1.0, rng=rng()),
    neuron.Cache: lambda: neuron.forward(STATES[neuron.Neuron]()),
    neuron.Neuron: lambda: neuron.Neuron(np.array([0.5, 1.0]), 1.0, np.array([1.0, 0.2]), 1.0, "tanh"),
    normalization.Statistics: lambda: normalization.statistics(X),
    objectives.Objective: lambda: objectives.quadratic(np.diag([1.0, 4.0])),
    ode.Curve: lambda: ode.bessel(1.0, np.array([0.5, 1.0, 1.5])),
    perceptron.Run: lambda: perceptron.train(X, Y, order=np.array([0, 1, 2])),
    polynomials.Sample: lambda: polynomials.sample(6, noise_std=0.1, rng=rng()),
    pretraining.WordBag: lambda: pretraining.WordBag(4, p=3, rng=rng()),
    quality.Classifier: lambda: quality.Classifier(2, width=4, features=3, classes=3, rng=rng()),
    receptive.Layer: receptive.Layer,
    recurrent.RNN: lambda: recurrent.RNN(0.5 * np.eye(2), np.ones((2, 2))),
    relu.Network: lambda: relu.train(X, Y, hidden=2, steps=1, rate=0.1, rng=rng()),
    restarts.Weights: lambda: restarts.initial(2, inputs=2, hidden=3, rng=rng()),
    risk.Nature: lambda: risk.Nature(0.1),
    schedule.Schedule: lambda: schedule.schedule(BETAS),
    smooth.Objective: lambda: smooth.diagonal(np.array([1.0, 4.0])),
    softmax.Network: lambda: training.start((3, 4, 3), rng=rng()),
    sums.FiniteSum: lambda: sums.FiniteSum(X, X @ np.array([1.0, -1.0]) + 0.1 * Y),
    surrogate.Surrogate: lambda: next(v for v in vars(surrogate).values() if isinstance(v, surrogate.Surrogate)),
    text.Symbols: lambda: text.Symbols((".", "a", "b", "c")),
    threshold.Network: lambda: threshold.network_for(np.array([0, 1, 1, 0])),
    threshold.Neuron: lambda: threshold.Neuron((1.0, 1.0), 1.5),
    torch.Tensor: lambda: torch.from_numpy(X.copy()),
    torch.nn.Module: lambda: torch.nn.Linear(2, 3, dtype=torch.float64),
    transformer.Transformer: lambda: transformer.Transformer(4, p=4, heads=2, blocks=1, length=5, causal=True, rng=rng()),
    two_layer.Networks: lambda: two_layer.initial(2, d=2, h=3, outputs=3, rng=rng()),
    vae.VAE: lambda: vae.VAE(2, latents=1, width=4, kind="bernoulli", rng=rng()),
    zoo.Member: lambda: zoo.Member(objectives.quadratic(np.diag([1.0, 4.0])), -1.0, 1.0, True),
}
