"""Every data set the book uses, loaded offline from packages that ship it.

Each loader returns a `Data` with inputs `X` (a row a sample), targets `y`, the names
of both, and where the data come from. `split` holds samples out.
"""

from dataclasses import dataclass

import numpy as np

from principles import validation


@dataclass(frozen=True)
class Data:
    """A data set: inputs `X` of shape (n, ...), targets `y` of shape (n,), and their description."""

    X: np.ndarray
    y: np.ndarray
    features: tuple[str, ...]
    target: str
    source: str

    def __post_init__(self):
        validation.same_length("X", self.X, "y", self.y)

    def __len__(self):
        return len(self.y)


def _from_sklearn(loader, target, source, **options):
    from sklearn import datasets

    bunch = getattr(datasets, loader)(**options)
    return Data(np.asarray(bunch.data, float), np.asarray(bunch.target), tuple(map(str, bunch.feature_names)), target, source)


def digits():
    """1797 handwritten digits, 8 × 8 pixels flattened to 64 values in [0, 1], labels 0 to 9 (UCI, in scikit-learn)."""
    data = _from_sklearn("load_digits", "digit", "Alpaydin and Kaynak (1998), UCI; shipped with scikit-learn")
    return Data(data.X / 16.0, data.y, data.features, data.target, data.source)


def diabetes():
    """442 patients, 10 measurements in their own units, disease progression after a year (scikit-learn)."""
    source = "Efron, Hastie, Johnstone and Tibshirani (2004); shipped with scikit-learn"
    return _from_sklearn("load_diabetes", "progression", source, scaled=False)


def breast_cancer():
    """569 tumours, 30 measurements of cell nuclei, label +1 benign and -1 malignant (scikit-learn)."""
    data = _from_sklearn("load_breast_cancer", "benign", "Street, Wolberg and Mangasarian (1993), UCI; shipped with scikit-learn")
    return Data(data.X, np.where(data.y == 1, 1.0, -1.0), data.features, data.target, data.source)


def iris():
    """150 flowers, 4 lengths in cm, species 0, 1 or 2 (scikit-learn)."""
    return _from_sklearn("load_iris", "species", "Fisher (1936), collected by Anderson; shipped with scikit-learn")


def photograph(name="china", *, grey=True):
    """A photograph as an array of values in [0, 1]: (height, width), or (height, width, 3) in colour.

    Args:
        name: `"china"` (427 × 640) or `"flower"` (427 × 640).
        grey: average the colours with the weights of Rec. 601.

    Raises:
        ValueError: if there is no such photograph.
    """
    from sklearn.datasets import load_sample_image

    if name not in ("china", "flower"):
        raise ValueError(f'name must be "china" or "flower"; got {name!r}')
    image = np.asarray(load_sample_image(f"{name}.jpg"), float) / 255.0
    return image @ np.array([0.299, 0.587, 0.114]) if grey else image


def nile():
    """Annual flow of the Nile at Aswan, 1871 to 1970, in 10⁸ m³; X holds the years (statsmodels)."""
    from statsmodels.datasets import nile as module

    table = module.load_pandas().data
    source = "Cobb (1978), Durbin and Koopman (2012); shipped with statsmodels"
    return Data(table[["year"]].to_numpy(float), table["volume"].to_numpy(float), ("year",), "flow in 10⁸ m³", source)


def engel():
    """235 Belgian households, income and food expenditure in francs a year (statsmodels)."""
    from statsmodels.datasets import engel as module

    table = module.load_pandas().data
    source = "Engel (1857), Koenker and Bassett (1982); shipped with statsmodels"
    return Data(table[["income"]].to_numpy(float), table["foodexp"].to_numpy(float), ("income",), "food expenditure", source)


def mnist1d(*, samples=4000, seed=42):
    """MNIST-1D: 40-step signals derived from ten digit templates, made on the spot (Greydanus and Kobak, 2024).

    Args:
        samples: how many.
        seed: of the generator; 42 is the one of the paper.

    Raises:
        ValueError: if `samples` is not a positive multiple of 10.
    """
    from mnist1d.data import get_dataset_args, make_dataset

    if samples < 10 or samples % 10:
        raise ValueError(f"samples must be a positive multiple of 10; got {samples}")
    arguments = get_dataset_args()
    arguments.num_samples, arguments.seed = samples, seed
    state = np.random.get_state()  # noqa: NPY002
    try:
        made = make_dataset(arguments)
    finally:
        np.random.set_state(state)  # noqa: NPY002
    X, y = np.concatenate([made["x"], made["x_test"]]), np.concatenate([made["y"], made["y_test"]])
    return Data(
        np.asarray(X, float),
        np.asarray(y),
        tuple(f"step {t}" for t in range(X.shape[1])),
        "digit",
        "Greydanus and Kobak (2024); mnist1d",
    )


def crops(photograph: np.ndarray, n: int, *, size: int, rng: np.random.Generator) -> np.ndarray:
    """n square pieces of a colour photograph, shape (n, size, size, 3), cut at random places.

    Args:
        photograph: shape (height, width, 3), at least `size` in both directions.
        n: how many.
        size: side of a piece in pixels.
        rng: the source of randomness.
    """
    photograph = validation.array("photograph", photograph, shape=(None, None, 3))
    height, width, _ = photograph.shape
    size, n = validation.count("size", size, most=min(height, width)), validation.count("n", n)
    rows, columns = (validation.generator("rng", rng).integers(0, side - size + 1, n) for side in (height, width))
    return np.stack([photograph[i : i + size, j : j + size] for i, j in zip(rows, columns)])


def split(data, *, test, rng):
    """Hold out samples: (train, test), a random partition of `data`.

    Args:
        data: a `Data`.
        test: how many samples to hold out, between 1 and n - 1.
        rng: a numpy generator.

    Raises:
        ValueError: if `test` leaves either part empty.
    """
    n = len(data)
    if not 0 < test < n:
        raise ValueError(f"test must lie between 1 and {n - 1}; got {test}")
    order = rng.permutation(n)
    return tuple(Data(data.X[i], data.y[i], data.features, data.target, data.source) for i in (order[test:], order[:test]))


def standardize(train, *others):
    """Shift and scale every feature by the mean and standard deviation of `train` (constant features are only shifted)."""
    mean, std = train.X.mean(axis=0), train.X.std(axis=0)
    std = np.where(std > 0, std, 1.0)
    return tuple(Data((d.X - mean) / std, d.y, d.features, d.target, d.source) for d in (train, *others))
