"""Gated recurrent cells, in the notes' form and in torch's.

Gates are stacked along the first axis in torch's order: r, z, n for a GRU and i, f, g, o for an LSTM,
so that a torch layer is read off by `from_torch`. States and inputs are rows, `(..., p)` and `(..., d)`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from principles.sequences.inputs import rows, same_shape
from principles.sequences.recurrent import relu, sigmoid
from principles.signatures import checked
from principles.validation import array, count, generator


@dataclass(frozen=True)
class Gates:
    """Weights of a gated cell: `w_x` (gates, p, d), `w_h` (gates, p, p), and biases `b_x`, `b_h` (gates, p)."""

    w_x: np.ndarray
    w_h: np.ndarray
    b_x: np.ndarray
    b_h: np.ndarray

    def __post_init__(self):
        g, p, _ = array("w_x", self.w_x, ndim=3).shape
        array("w_h", self.w_h, shape=(g, p, p))
        array("b_x", self.b_x, shape=(g, p))
        array("b_h", self.b_h, shape=(g, p))

    def from_input(self, gate: int, x: np.ndarray) -> np.ndarray:
        """w_x x + b_x of one gate."""
        return rows("x", x, self.w_x.shape[2]) @ self.w_x[gate].T + self.b_x[gate]

    def from_state(self, gate: int, h: np.ndarray) -> np.ndarray:
        """w_h h + b_h of one gate."""
        return rows("h", h, self.w_h.shape[2]) @ self.w_h[gate].T + self.b_h[gate]

    def both(self, gate: int, h: np.ndarray, x: np.ndarray) -> np.ndarray:
        """w_h h + w_x x + biases of one gate."""
        same_shape("the batch axes of h", np.shape(h)[:-1], "those of x", np.shape(x)[:-1])
        return self.from_input(gate, x) + self.from_state(gate, h)

    def require(self, gates: int) -> None:
        """Refuse a cell of another kind: a GRU has 3 gates, an LSTM has 4."""
        if len(self.w_x) != gates:
            raise ValueError(f"this cell must have {gates} gates; got {len(self.w_x)}")


def from_torch(
    weight_ih: Float[np.ndarray, "gp d"],
    weight_hh: Float[np.ndarray, "gp p"],
    bias_ih: Float[np.ndarray, " gp"],
    bias_hh: Float[np.ndarray, " gp"],
) -> Gates:
    """The weights of a `torch.nn.GRU` or `torch.nn.LSTM` layer, unstacked.

    Args:
        weight_ih: `weight_ih_l0`.
        weight_hh: `weight_hh_l0`.
        bias_ih: `bias_ih_l0`.
        bias_hh: `bias_hh_l0`.
    """
    gp, p = array("weight_hh", weight_hh, ndim=2).shape
    if gp % p:
        raise ValueError(f"weight_hh must have shape (gates p, p); got {(gp, p)}")
    weight_ih = array("weight_ih", weight_ih, shape=(gp, None))
    bias_ih, bias_hh = array("bias_ih", bias_ih, shape=(gp,)), array("bias_hh", bias_hh, shape=(gp,))
    return Gates(
        weight_ih.reshape(-1, p, weight_ih.shape[1]), weight_hh.reshape(-1, p, p), bias_ih.reshape(-1, p), bias_hh.reshape(-1, p)
    )


def random_gates(gates: int, p: int, d: int, *, rng: np.random.Generator) -> Gates:
    """Gaussian weights and no biases.

    Args:
        gates: how many: 3 for a GRU, 4 for an LSTM.
        p: features of the state.
        d: features of the input.
        rng: numpy generator.
    """
    generator("rng", rng)
    gates, p, d = count("gates", gates), count("p", p), count("d", d)
    return Gates(rng.normal(size=(gates, p, d)), rng.normal(size=(gates, p, p)), np.zeros((gates, p)), np.zeros((gates, p)))


@checked
def forced(cell: Gates, values: dict[int, int]) -> Gates:
    """The same cell with some of its gates held shut (0) or open (1) by an overwhelming bias.

    Args:
        cell: any gated cell.
        values: number of the gate to 0 or 1.
    """
    bias = cell.b_x.copy()
    for gate, value in values.items():
        count("gate", gate, least=0, most=len(bias) - 1)
        if value not in (0, 1):
            raise ValueError(f"values must map gates to 0 or 1; got {values}")
        bias[gate] = 800.0 * (2 * value - 1)
    return Gates(cell.w_x, cell.w_h, bias, cell.b_h)


@checked
def swap_update_gate(gru: Gates) -> Gates:
    """The same GRU under the other reading of z: torch keeps the old state where z is 1, the notes where z is 0.

    Since 1 - sigmoid(a) = sigmoid(-a), the signs of the weights of z are all that changes.

    Args:
        gru: of either reading.
    """
    gru.require(3)
    s = np.array([1.0, -1.0, 1.0])
    return Gates(gru.w_x * s[:, None, None], gru.w_h * s[:, None, None], gru.b_x * s[:, None], gru.b_h * s[:, None])


@checked
def gru_gates(gru: Gates, h: Float[np.ndarray, "*batch p"], x: Float[np.ndarray, "*batch d"]) -> tuple[np.ndarray, np.ndarray]:
    """The reset gate r_{t+1} and the update gate z_{t+1} of a GRU (8.10).

    Args:
        gru: weights.
        h: the state h_t.
        x: the input the gates look at: x_{t+1}, so that they can react to it (the notes print x_t).
    """
    gru.require(3)
    return sigmoid(gru.both(0, h, x)), sigmoid(gru.both(1, h, x))  # (8.10)


@checked
def gru_step(
    gru: Gates,
    h: Float[np.ndarray, "*batch p"],
    x: Float[np.ndarray, "*batch d"],
    *,
    gate_input: Float[np.ndarray, "*batch d"] | None = None,
    reset_first: bool = True,
) -> Float[np.ndarray, "*batch p"]:
    """The next state of a GRU, (1 - z) ⊙ h + z ⊙ tanh(w_h (r ⊙ h) + w_x x) (8.11).

    Args:
        gru: weights; z near 1 means "replace".
        h: the state h_t.
        x: the input x_{t+1}.
        gate_input: what the gates look at; x_{t+1} unless given.
        reset_first: reset the state before w_h multiplies it, as the notes do; torch resets the product, r ⊙ (w_h h + b_h).
    """
    r, z = gru_gates(gru, h, x if gate_input is None else gate_input)
    past = gru.from_state(2, r * h) if reset_first else r * gru.from_state(2, h)
    return (1 - z) * h + z * np.tanh(past + gru.from_input(2, x))  # (8.11)


@checked
def lstm_gates(
    lstm: Gates, h: Float[np.ndarray, "*batch p"], x: Float[np.ndarray, "*batch d"]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The input, forget and output gates of an LSTM, each a sigmoid (8.12).

    Args:
        lstm: weights.
        h: the state h_t.
        x: the input x_{t+1}.
    """
    lstm.require(4)
    return tuple(sigmoid(lstm.both(gate, h, x)) for gate in (0, 1, 3))  # (8.12)


@checked
def lstm_hidden(
    o: Float[np.ndarray, "*batch p"], c: Float[np.ndarray, "*batch p"], *, squash: Callable = np.tanh
) -> Float[np.ndarray, "*batch p"]:
    """What an LSTM shows of its memory, o ⊙ tanh(c) (8.13).

    Args:
        o: the output gate.
        c: the memory cell.
        squash: tanh as in the LSTM of every library; the identity gives the printed o ⊙ c.
    """
    same_shape("o", np.shape(o), "c", array("c", c).shape)
    return o * squash(c)  # (8.13)


@checked
def lstm_cell(
    lstm: Gates, h: Float[np.ndarray, "*batch p"], c: Float[np.ndarray, "*batch p"], x: Float[np.ndarray, "*batch d"]
) -> Float[np.ndarray, "*batch p"]:
    """The next memory cell, f ⊙ c + i ⊙ tanh(w_hc h + w_xc x) (8.14).

    Args:
        lstm: weights.
        h: the state h_t.
        c: the memory c_t.
        x: the input x_{t+1}.
    """
    i, f, _ = lstm_gates(lstm, h, x)
    return _cell(lstm, i, f, h, c, x)


def _cell(lstm, i, f, h, c, x):
    same_shape("h", np.shape(h), "c", array("c", c).shape)
    return f * c + i * np.tanh(lstm.both(2, h, x))  # (8.14)


@checked
def lstm_step(
    lstm: Gates, state: tuple[np.ndarray, np.ndarray], x: Float[np.ndarray, "*batch d"], *, squash: Callable = np.tanh
) -> tuple[np.ndarray, np.ndarray]:
    """The next pair (h, c) of an LSTM.

    Args:
        lstm: weights.
        state: (h_t, c_t).
        x: the input x_{t+1}.
        squash: as for `lstm_hidden`.
    """
    h, c = state
    i, f, o = lstm_gates(lstm, h, x)
    c_next = _cell(lstm, i, f, h, c, x)
    return lstm_hidden(o, c_next, squash=squash), c_next


@checked
def light_gru_step(
    w_z: tuple[np.ndarray, np.ndarray],
    w_n: tuple[np.ndarray, np.ndarray],
    h: Float[np.ndarray, "n p"],
    x: Float[np.ndarray, "n d"],
) -> Float[np.ndarray, "n p"]:
    """A GRU without reset gate, with relu and with the inputs batch-normalised, which needs a batch of sequences.

    Args:
        w_z: (w_xz, w_hz) of the update gate, a sigmoid as in Ravanelli et al. (2018).
        w_n: (w_x, w_h) of the candidate.
        h: states of n sequences.
        x: the newest inputs.

    Source:
        Ravanelli, Brakel, Omologo and Bengio (2018).
    """
    n, d = array("x", x, ndim=2).shape
    if n < 2:
        raise ValueError("x must hold at least 2 sequences, for a batch of one has no variance; got 1")
    p = array("h", h, shape=(n, None)).shape[1]
    for name, (from_x, from_h) in (("w_z", w_z), ("w_n", w_n)):
        array(f"{name}[0]", from_x, shape=(p, d))
        array(f"{name}[1]", from_h, shape=(p, p))

    def normalised(a):
        return (a - a.mean(axis=0)) / np.sqrt(a.var(axis=0) + 1e-5)

    z = sigmoid(normalised(x @ w_z[0].T) + h @ w_z[1].T)
    return (1 - z) * h + z * relu(normalised(x @ w_n[0].T) + h @ w_n[1].T)
