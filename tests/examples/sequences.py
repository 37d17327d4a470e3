"""Valid calls in `sequences` that the signature alone does not give."""

import numpy as np
import torch

from examples.states import STATES, rng
from principles.sequences import gates, kalman, pretraining, recurrent, transformer

PARAMETER = torch.nn.Parameter(torch.ones(2, dtype=torch.float64))


def LSTM():
    return gates.random_gates(4, 2, 2, rng=rng())


def encoder():
    return transformer.Transformer(4, p=4, heads=2, blocks=1, length=5, causal=False, rng=rng())


EXAMPLES = {
    "attention.additive_scores": lambda: {
        "q": np.array([[-0.135, 0.0871, -1.13], [-0.099, 0.767, -0.727]]),
        "k": np.array([[0.514, -0.779, 1.33], [0.138, 1.45, -0.269], [-0.453, 0.0652, -0.386], [-0.469, -0.859, -0.921]]),
        "w": (
            np.array(
                [
                    [2.09, 1.28, 0.00926, 1.16, -0.749],
                    [-1.69, -2.37, 0.117, -0.378, -0.0281],
                    [0.125, 2.21, -0.0826, -0.645, 1.55],
                ]
            ),
            np.array(
                [
                    [-0.0351, 1.32, 1.75, -0.602, -1.74],
                    [0.33, -0.227, -0.978, -0.0513, 1.57],
                    [-0.446, -0.202, 0.656, 0.295, 0.0431],
                ]
            ),
            np.array([-0.374, 0.961, 0.478, 0.345, 0.714]),
        ),
    },
    "attention.multi_head": lambda: {"h": np.ones((3, 2)), "heads": [(np.eye(2), np.eye(2), np.eye(2))], "w_out": np.eye(2)},
    "attention.projections": lambda: {
        "w": (
            np.array([[-0.453, 0.0652], [-0.386, -0.469], [-0.859, -0.921]]),
            np.array([[2.09, 1.28], [0.00926, 1.16], [-0.749, -1.69]]),
            np.array([[-2.37, 0.117], [-0.378, -0.0281], [0.125, 2.21]]),
        )
    },
    "attention.self_attention": lambda: {
        "w": (
            np.array([[-0.453, 0.0652, -0.386], [-0.469, -0.859, -0.921], [2.09, 1.28, 0.00926]]),
            np.array([[1.16, -0.749, -1.69], [-2.37, 0.117, -0.378], [-0.0281, 0.125, 2.21]]),
            np.array([[-0.0826, -0.645, 1.55], [-0.0351, 1.32, 1.75], [-0.602, -1.74, 0.33]]),
        )
    },
    "bptt.gradients": lambda: {"v": np.eye(2), "h0": np.ones(2), "xs": np.ones((3, 2)), "ys": np.ones((3, 2))},
    "bptt.state_jacobian_norms": lambda: {"xs": np.ones((3, 2)), "start": np.ones(2)},
    "carried.loss_by_position": lambda: {"batches": [torch.tensor([[0, 1, 2]])], "carry": True},
    "carried.losses": lambda: {"batches": [torch.tensor([[0, 1, 2]])]},
    "carried.rolling": lambda: {"stream": np.arange(20) % 4, "rows": 2, "T": 3},
    "cost.measured_operations": lambda: {"T": 8, "p": 4},
    "experiments.bert": lambda: {"stream": np.arange(400) % 4, "steps": 1},
    "experiments.gpt": lambda: {"stream": np.arange(400) % 4, "steps": 1},
    "experiments.memory_table": lambda: {"kinds": ["RNN"], "lengths": [2], "seed": 0},
    "experiments.nearest_words": lambda: {"word": "a"},
    "experiments.pair_of_halves": lambda: {"images": np.full((128, 64), 0.5), "steps": 1},
    "experiments.recurrent_text": lambda: {"stream": np.arange(4000) % 4},
    "experiments.vocabulary": lambda: {"sentences": ["a cat, a dog", "a cat"]},
    "experiments.word_bag": lambda: {"stream": np.arange(400) % 4, "symbols": 4, "steps": 1},
    "experiments.word_stream": lambda: {"sentences": ["a b", "c"]},
    "finetuning.scrambled_task": lambda: {"stream": np.arange(200) % 28, "n": 4},
    "gates.forced": lambda: {"values": {1: 0}},
    "gates.from_torch": lambda: {
        "weight_ih": np.ones((6, 2)),
        "weight_hh": np.ones((6, 2)),
        "bias_ih": np.ones(6),
        "bias_hh": np.ones(6),
    },
    "gates.gru_gates": lambda: {"h": np.ones(2), "x": np.ones(2)},
    "gates.gru_step": lambda: {"h": np.ones(2), "x": np.ones(2)},
    "gates.light_gru_step": lambda: {
        "w_z": (
            np.array([[1.57, -0.446, -0.202], [0.656, 0.295, 0.0431], [-0.374, 0.961, 0.478], [0.345, 0.714, 0.777]]),
            np.array(
                [
                    [-1.23, 0.045, 0.368, -2.01],
                    [1.36, 0.631, -0.0443, -0.873],
                    [-0.781, 0.722, -0.456, 0.383],
                    [0.375, -0.295, 1.33, 0.0795],
                ]
            ),
        ),
        "w_n": (
            np.array([[0.143, 0.599, 0.024], [-1.82, 1.74, 0.289], [-1.1, -1.83, -0.653], [0.442, -0.539, 0.662]]),
            np.array(
                [
                    [-1.22, 0.431, -0.196, -0.503],
                    [-1.78, -0.909, 0.307, -0.951],
                    [-0.455, 1.79, -0.421, -1.28],
                    [0.681, 0.525, -1.59, 0.166],
                ]
            ),
        ),
        "h": np.array(
            [
                [-0.135, 0.0871, -1.13, -0.099],
                [0.767, -0.727, 0.514, -0.779],
                [1.33, 0.138, 1.45, -0.269],
                [-0.453, 0.0652, -0.386, -0.469],
                [-0.859, -0.921, 2.09, 1.28],
                [0.00926, 1.16, -0.749, -1.69],
            ]
        ),
        "x": np.array(
            [
                [-2.37, 0.117, -0.378],
                [-0.0281, 0.125, 2.21],
                [-0.0826, -0.645, 1.55],
                [-0.0351, 1.32, 1.75],
                [-0.602, -1.74, 0.33],
                [-0.227, -0.978, -0.0513],
            ]
        ),
    },
    "gates.lstm_cell": lambda: {"lstm": LSTM(), "h": np.ones(2), "c": np.ones(2), "x": np.ones(2)},
    "gates.lstm_gates": lambda: {"lstm": LSTM(), "h": np.ones(2), "x": np.ones(2)},
    "gates.lstm_step": lambda: {"lstm": LSTM(), "state": (np.ones(2), np.ones(2)), "x": np.ones(2)},
    "inputs.rows": lambda: {"value": np.array([[0.5]]), "features": 1},
    "inputs.same_shape": lambda: {"shape": (2,), "other": (2,)},
    "inputs.square": lambda: {"value": np.array([[0.0, 2.0], [0.0, 0.0]])},
    "inputs.symbols": lambda: {"value": torch.tensor([[0]]), "size": 4},
    "joint.difference_log_likelihood": lambda: {"model": kalman.Model(1.0, 0.5, 1.0)},
    "joint.remaining_covariance": lambda: {
        "T": 7,
        "estimate_weights": np.array([0.0046, 0.00847, 0.0181, 0.0399, 0.0885, 0.197, 0.438]),
    },
    "memory.recall_accuracy": lambda: {"kind": "RNN", "T": 2, "p": 2, "symbols": 2, "steps": 1, "batch": 2, "test": 2},
    "neighbours.attention_map": lambda: {"k": np.full((1, 2), 0.882)},
    "neighbours.similarities": lambda: {"x": np.array([[0.5]]), "train": np.array([[0.0], [1.0]]), "kernel": "gaussian"},
    "positions.frequencies": lambda: {"d": 4},
    "positions.shift": lambda: {"d": 16},
    "positions.sinusoids": lambda: {"d": 8},
    "pretraining.continue_text": lambda: {"model": STATES[transformer.Transformer]()},
    "pretraining.log_probabilities": lambda: {
        "scores": torch.tensor([[-0.308, 0.162, 0.268, -1.59, -0.89]]),
        "truth": torch.tensor([3]),
    },
    "pretraining.masked_loss": lambda: {"model": encoder(), "x": torch.tensor([[0, 1, 2]])},
    "pretraining.next_loss": lambda: {"model": STATES[transformer.Transformer]()},
    "pretraining.repeat": lambda: {"loss": lambda: torch.zeros(1)},
    "pretraining.sampled_masked_loss": lambda: {
        "model": encoder(),
        "x": torch.tensor([[0, 1, 2]]),
        "hide": np.array([[0.1, 0.9, 0.2]]),
    },
    "pretraining.span_loss": lambda: {"model": encoder(), "x": torch.tensor([[0, 1, 2]]), "start": 1, "length": 1},
    "pretraining.train": lambda: {"parameters": [PARAMETER], "losses": iter([(PARAMETER**2).sum()]), "steps": 1},
    "pretraining.window_loss": lambda: {"model": STATES[pretraining.WordBag]()},
    "pretraining.windows": lambda: {"stream": np.arange(6)},
    "recurrent.bidirectional": lambda: {"v": (np.eye(2), np.eye(2)), "xs": np.ones((3, 2))},
    "recurrent.perplexity": lambda: {"log_probabilities": np.full(7, -2.48)},
    "recurrent.scan": lambda: {"update": lambda h, x: h, "h": np.zeros(2)},
    "recurrent.stacked": lambda: {"layers": [STATES[recurrent.RNN]()], "xs": np.ones((3, 2))},
    "recurrent.step": lambda: {"h": np.ones(2), "x": np.ones(2)},
    "text.hold_out": lambda: {"sentences": ["a b", "b c", "c d", "d e"], "test": 1},
    "transformer.weight": lambda: {"shape": (4, 2)},
}
