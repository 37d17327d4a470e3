"""The chapter's experiments, each small enough to run while the page is built; the page shows what they return."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import nn

from principles.sequences import bptt, carried, contrastive, memory, neighbours, pretraining, products, text
from principles.sequences.inputs import square
from principles.sequences.inputs import symbols as known
from principles.sequences.recurrent import RNN
from principles.sequences.transformer import Transformer
from principles.signatures import checked
from principles.validation import array, count, number


@dataclass(frozen=True)
class Trained:
    """A trained model and the loss of every step."""

    model: nn.Module
    history: list[float]


@dataclass(frozen=True)
class Pair:
    """Two encoders trained together, one for each view."""

    image: contrastive.Encoder
    caption: contrastive.Encoder


@checked
def squared_errors(sizes: list[int], width: Callable, *, repeats: int, rng: np.random.Generator) -> Float[np.ndarray, " sizes"]:
    """E (ŷ(x) - f(x))² of Nadaraya-Watson at inner points, for f(x) = 2 sin x + x and unit noise, by simulation.

    Args:
        sizes: numbers of samples n, spread uniformly over [0, 10].
        width: bandwidth as a function of n.
        repeats: data sets for each n.
        rng: numpy generator.
    """
    x = np.linspace(2, 8, 25)[:, None]
    errors = []
    for n in sizes:
        wrong = 0.0
        for _ in range(count("repeats", repeats)):
            train = rng.uniform(0, 10, size=(count("n", n), 1))
            y = curve(train[:, 0]) + rng.normal(size=n)
            wrong += np.mean((neighbours.nadaraya_watson(x, train, y, width=width(n)) - curve(x[:, 0])) ** 2)
        errors.append(wrong / repeats)
    return np.array(errors)


@checked
def curve(x: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """2 sin x + x, the true function of Figure 8.4.

    Args:
        x: inputs.
    """
    return 2 * np.sin(x) + x


@checked
def orthogonality_lost(p: int, *, steps: int, rate: float, rng: np.random.Generator) -> Float[np.ndarray, " steps"]:
    """‖WᵀW - I‖₂ of the recurrent weights after each step of SGD, from an orthogonal start, on a random task.

    Args:
        p: size of the state.
        steps: of SGD, each on a new sequence of ten steps.
        rate: step size.
        rng: numpy generator.
    """
    w_h, w_x, v = products.orthogonal(p, rng=rng), rng.normal(size=(p, 2)), rng.normal(size=(p, 1)) / np.sqrt(p)
    lost, rate = [], number("rate", rate, above=0)
    for _ in range(count("steps", steps)):
        xs = rng.normal(size=(10, 2))
        g = bptt.gradients(RNN(w_h, w_x), v, np.zeros(p), xs, xs[:, :1] * xs[:, 1:])
        w_h, w_x, v = w_h - rate * g.w_h, w_x - rate * g.w_x, v - rate * g.v
        lost.append(np.linalg.norm(w_h.T @ w_h - np.eye(p), 2))
    return np.array(lost)


@checked(counts=("steps",))
def gradient_kept(w: Float[np.ndarray, "p p"], nonlinearity: Callable, *, steps: int) -> float:
    """‖∂h_T/∂h_0‖₂ of h ← σ(w h) from h_0 = 0.1, by autograd.

    Args:
        w: recurrent weights.
        nonlinearity: σ, a torch function.
        steps: T.

    Raises:
        ValueError: if the derivative overflows.
    """
    W = torch.tensor(square("w", w))

    def last(h):
        for _ in range(steps):
            h = nonlinearity(W @ h)
        return h

    J = torch.autograd.functional.jacobian(last, torch.full((len(w),), 0.1, dtype=torch.float64))
    array("∂h_T/∂h_0", J.numpy())
    return float(torch.linalg.matrix_norm(J, 2))


@checked(naturals=("seed",))
def memory_table(kinds: list[str], lengths: list[int], *, seed: int) -> dict[str, list[float]]:
    """Recall accuracy of every kind of model at every length, each trained with the same budget.

    Args:
        kinds: as for `memory.Reader`.
        lengths: of the sequences.
        seed: of the random numbers, the same for each run.
    """

    def accuracy(kind: str, T: int) -> float:
        rng = np.random.default_rng(seed)
        return memory.recall_accuracy(kind, T, p=24, symbols=4, steps=300, batch=32, rate=1e-2, test=500, rng=rng)

    return {kind: [accuracy(kind, T) for T in lengths] for kind in kinds}


def recurrent_text(stream: Int[np.ndarray, " length"], *, rng: np.random.Generator) -> Trained:
    """An RNN language model, trained for one pass over the text with its state carried from window to window.

    Args:
        stream: characters.
        rng: numpy generator.
    """
    model = carried.RecurrentText(len(text.CHARACTERS), p=64, rng=rng)
    batches = carried.rolling(stream, rows=16, T=25)
    return Trained(model, pretraining.train(model.parameters(), carried.losses(model, batches), steps=len(batches), rate=1e-2))


def gpt(stream: Int[np.ndarray, " length"], *, rng: np.random.Generator, steps: int = 600) -> Trained:
    """A causal transformer of one block that reads 32 characters and predicts each next one.

    Args:
        stream: characters.
        rng: numpy generator.
        steps: of training, 24 windows each.
    """
    model = Transformer(len(text.CHARACTERS), p=48, heads=4, blocks=1, length=32, causal=True, rng=rng)

    def loss():
        return pretraining.next_loss(model, pretraining.windows(stream, 33, n=24, rng=rng)).mean() / 32

    return Trained(model, pretraining.train(model.parameters(), pretraining.repeat(loss), steps=steps, rate=1.4e-2))


def bert(stream: Int[np.ndarray, " length"], *, rng: np.random.Generator, steps: int = 600) -> Trained:
    """A transformer of one block that sees 20 characters, two fifths of them hidden, and fills the gaps.

    Args:
        stream: characters.
        rng: numpy generator.
        steps: of training, 32 windows each.
    """
    model = Transformer(len(text.CHARACTERS), p=48, heads=4, blocks=1, length=20, causal=False, rng=rng)

    def loss():
        return pretraining.sampled_masked_loss(
            model, pretraining.windows(stream, 20, n=32, rng=rng), rng.random((32, 20)), rate=0.4
        )

    return Trained(model, pretraining.train(model.parameters(), pretraining.repeat(loss), steps=steps, rate=1e-2))


@checked(counts=("symbols",))
def word_bag(stream: Int[np.ndarray, " length"], symbols: int, *, rng: np.random.Generator, steps: int = 500) -> Trained:
    """A continuous bag of words: two words on either side predict the one between.

    Args:
        stream: words.
        symbols: size of the vocabulary.
        rng: numpy generator.
        steps: of training, 32 windows of 16 words each.
    """
    known("stream", np.asarray(stream), symbols)
    model = pretraining.WordBag(symbols, p=24, rng=rng)

    def loss():
        return pretraining.window_loss(model, pretraining.windows(stream, 16, n=32, rng=rng), reach=2).mean() / 16

    return Trained(model, pretraining.train(model.parameters(), pretraining.repeat(loss), steps=steps, rate=3e-2))


@checked
def vocabulary(sentences: list[str], size: int) -> text.Symbols:
    """The most frequent words; the first two symbols stand for the boundary and for every rarer word.

    Args:
        sentences: training text.
        size: how many symbols in all.
    """
    counts = Counter(word for sentence in sentences for word in text.words(sentence))
    return text.Symbols(("\n", "‹rare›", *(word for word, _ in counts.most_common(count("size", size, least=3) - 2))))


@checked
def word_stream(sentences: list[str], symbols: text.Symbols) -> Int[np.ndarray, " length"]:
    """The sentences as word numbers.

    Args:
        sentences: any text.
        symbols: from `vocabulary`.
    """
    known = set(symbols.names)
    return symbols.encode([[w if w in known else "‹rare›" for w in text.words(s)] for s in sentences])


@checked
def nearest_words(model: pretraining.WordBag, symbols: text.Symbols, word: str, *, k: int) -> list[str]:
    """The words whose embeddings point most nearly the same way.

    Args:
        model: trained.
        symbols: its vocabulary.
        word: one of them.
        k: how many.
    """
    if word not in symbols.names:
        raise ValueError(f"word must belong to the vocabulary; {word!r} does not")
    E, k = model.embedding.detach().numpy(), count("k", k, most=len(symbols) - 1)
    E = E / np.linalg.norm(E, axis=1, keepdims=True)
    return [symbols.names[j] for j in np.argsort(-E @ E[symbols.names.index(word)])[1 : k + 1]]


def pair_of_halves(images: Float[np.ndarray, "n 64"], *, rng: np.random.Generator, steps: int = 600) -> Pair:
    """Two encoders, of left and right halves of images, trained so that halves of one image meet.

    Args:
        images: 8 × 8, flattened; no label is used.
        rng: numpy generator.
        steps: of training, 128 pairs each.
    """
    left, right = contrastive.halves(array("images", images, shape=(None, 64)))
    if len(images) < 128:
        raise ValueError(f"images must hold at least one batch of 128; got {len(images)}")
    f, g = (contrastive.Encoder(32, width=64, p=16, rng=rng) for _ in range(2))

    def loss():
        i = torch.tensor(rng.choice(len(images), 128, replace=False))
        return contrastive.clip_losses(f(left[i]), g(right[i]), sharpness=10.0)[2].mean()

    pretraining.train([*f.parameters(), *g.parameters()], pretraining.repeat(loss), steps=steps, rate=1e-2)
    return Pair(f, g)


@checked
def fill_quarter(
    train: Float[np.ndarray, "n 64"], test: Float[np.ndarray, "m 64"], *, penalty: float
) -> tuple[Float[np.ndarray, "m 64"], np.ndarray]:
    """Predict the lower right 4 × 4 pixels from the other 48 by ridge regression: (filled images, hidden pixels).

    Args:
        train, test: 8 × 8 images, flattened.
        penalty: of the ridge.
    """
    train, test = array("train", train, shape=(None, 64)), array("test", test, shape=(None, 64))
    penalty, hidden = number("penalty", penalty, above=0), np.zeros((8, 8), dtype=bool)
    hidden[4:, 4:] = True
    hidden = hidden.ravel()
    A, B = train[:, ~hidden] - train[:, ~hidden].mean(axis=0), train[:, hidden] - train[:, hidden].mean(axis=0)
    W = np.linalg.solve(A.T @ A + penalty * np.eye(A.shape[1]), A.T @ B)
    filled = test.copy()
    filled[:, hidden] = train[:, hidden].mean(axis=0) + (test[:, ~hidden] - train[:, ~hidden].mean(axis=0)) @ W
    return filled, hidden
