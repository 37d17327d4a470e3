"""Valid calls in `variational` that the signature alone does not give."""

import numpy as np
import torch

from examples.states import STATES, X, rng
from principles.variational import quality

CLASSIFIER = STATES[quality.Classifier]()

EXAMPLES = {
    "denoiser.linear": lambda: {"inputs": 2, "outputs": 2, "rng": rng()},
    "denoiser.time_features": lambda: {"size": 12},
    "denoiser.train": lambda: {"sampler": lambda n, rng: rng.normal(size=(n, 2)), "steps": 1, "batch": 2},
    "estimators.draws": lambda: {"mean": np.array([-0.135, 0.0871, -1.13]), "std": np.array([1.27, 1.56, 1.99])},
    "estimators.reparameterised": lambda: {"std": np.cos(np.arange(4.0)) ** 2},
    "estimators.score": lambda: {"std": np.cos(np.arange(4.0)) ** 2},
    "estimators.score_function": lambda: {"mean": np.zeros(4), "std": np.ones(4)},
    "evidence.fit": lambda: {"latents": 1},
    "experiments.column": lambda: {
        "rows": [("ours", [quality.Quality(2.0, 0.5, 0.5, 0.0, 1.0, 0.5), quality.Quality(4.0, 0.7, 0.5, 0.0, 1.0, 0.5)])],
        "field": "precision",
        "names": ("ours",),
    },
    "experiments.digit_parts": lambda: {},
    "experiments.independent_log_likelihood": lambda: {"train": np.ones((6, 2)), "X": np.ones((4, 2))},
    "experiments.table": lambda: {
        "rows": [("ours", [quality.Quality(2.0, 0.5, 0.5, 0.0, 1.0, 0.5), quality.Quality(4.0, 0.7, 0.5, 0.0, 1.0, 0.5)])]
    },
    "experiments.train_diffusion": lambda: {"X": X[:4], "steps": 1, "width": 4, "T": 3, "batch": 2},
    "experiments.train_vae": lambda: {"X": np.full((4, 2), 0.5), "latents": 1, "kind": "binomial", "steps": 1, "width": 4},
    "functionals.earth_mover": lambda: {"positions": np.array([0.0, 1.0]), "p": np.full(2, 0.5), "q": np.array([1.0, 0.0])},
    "functionals.entropy": lambda: {"p": np.full(4, 0.5)},
    "functionals.entropy_derivative": lambda: {"p": np.cos(np.arange(3.0)) ** 2},
    "functionals.kl": lambda: {
        "p": np.array(
            [
                0.0115,
                0.0197,
                0.0316,
                0.0236,
                0.0613,
                0.0376,
                0.0239,
                0.0679,
                0.0956,
                0.103,
                0.0568,
                0.0372,
                0.0511,
                0.0271,
                0.0483,
                0.0505,
                0.137,
                0.0101,
                0.0493,
                0.057,
            ]
        ),
        "q": np.array(
            [
                0.0465,
                0.0337,
                0.0184,
                0.0295,
                0.0126,
                0.0304,
                0.0283,
                0.0403,
                0.0829,
                0.0872,
                0.0949,
                0.0982,
                0.0195,
                0.0401,
                0.0698,
                0.0434,
                0.0316,
                0.0184,
                0.0477,
                0.127,
            ]
        ),
    },
    "functionals.kl_derivatives": lambda: {"p": np.cos(np.arange(3.0)) ** 2, "q": np.cos(np.arange(3.0)) ** 2},
    "functionals.perturbation_slope": lambda: {
        "functional": lambda p: float((p**2).sum()),
        "p": np.full(3, 1 / 3),
        "φ": np.array([0.1, -0.1, 0.0]),
    },
    "gaussian_chain.bound": lambda: {"slopes": np.ones(3)},
    "gaussian_chain.bound_estimate": lambda: {"slopes": np.ones(3)},
    "gaussian_chain.log_evidence": lambda: {
        "slopes": np.array([0.946, 0.889, 0.85, 0.827, 0.816, 0.812, 0.811, 0.812, 0.813, 0.812, 0.81, 0.805]),
        "variances": np.array([0.02, 0.0141, 0.035, 0.0588, 0.0843, 0.111, 0.139, 0.167, 0.196, 0.225, 0.254, 0.283]),
    },
    "gaussian_chain.mean_matching": lambda: {"slopes": np.ones(3)},
    "gaussians.kl": lambda: {"mean1": np.zeros(2), "cov1": np.eye(2), "mean2": np.array([3.0, 4.0]), "cov2": np.eye(2)},
    "gaussians.kl_estimate": lambda: {
        "mean": np.array([-0.135, 0.0871, -1.13, -0.099, 0.767]),
        "std": np.array([0.304, 0.411, 0.446, 1.77, 0.507]),
    },
    "gaussians.kl_mean_field": lambda: {"mean": np.array([-0.0382, -0.0457]), "std": np.array([1.19, 1.06])},
    "gaussians.log_factored": lambda: {
        "z": np.array(
            [
                [-0.135, 0.0871, -1.13],
                [-0.099, 0.767, -0.727],
                [0.514, -0.779, 1.33],
                [0.138, 1.45, -0.269],
                [-0.453, 0.0652, -0.386],
                [-0.469, -0.859, -0.921],
            ]
        ),
        "mean": np.array([2.09, 1.28, 0.00926]),
        "std": np.array([0.598, 0.629, 1.79]),
    },
    "laplace.peak": lambda: {
        "loss": lambda w: float(w @ w),
        "gradient": lambda w: 2 * w,
        "hessian": lambda w: 2 * np.eye(2),
        "start": np.ones(2),
    },
    "likelihoods.categorical": lambda: {
        "output": torch.zeros((2, 3, 17), dtype=torch.float64),
        "x": torch.zeros((2, 3, 1), dtype=torch.float64),
    },
    "likelihoods.draw_image": lambda: {"kind": "binomial"},
    "likelihoods.mean_image": lambda: {"kind": "bernoulli"},
    "objectives.disagreement": lambda: {"predict": lambda z, t: z, "other": lambda z, t: 0 * z},
    "objectives.mean_residual": lambda: {"mean": lambda z, t: z},
    "objectives.noise_error": lambda: {"predict": lambda z, t: z},
    "objectives.noise_residual": lambda: {"predict": lambda z, t: z},
    "objectives.objective": lambda: {"mean": lambda z, t: z},
    "projection.exclusive_to_mixture": lambda: {
        "weights": np.full(2, 0.5),
        "means": np.array([[-3.0, 0.0], [3.0, 0.0]]),
        "covs": np.array([[[0.5, 0.0], [0.0, 0.5]], [[0.5, 0.0], [0.0, 0.5]]]),
    },
    "projection.factored_numerically": lambda: {
        "mean": np.array([1.0, -0.5, 0.2]),
        "cov": np.array([[2.0, 0.9, 0.3], [0.9, 1.0, 0.1], [0.3, 0.1, 0.7]]),
    },
    "projection.fit_on_grid": lambda: {"p": np.cos(np.arange(3.0)) ** 2, "grid": np.arange(1.0, 4)},
    "projection.moment_match": lambda: {
        "weights": np.full(2, 0.5),
        "means": np.array([[-3.0, 0.0], [3.0, 0.0]]),
        "covs": np.array([[[0.5, 0.0], [0.0, 0.5]], [[0.5, 0.0], [0.0, 0.5]]]),
    },
    "quality.imbalance": lambda: {"p": np.array([0.75, 0.25]), "q": np.full(2, 0.5)},
    "quality.judge": lambda: {"samples": X, "real": X + 0.1, "train": np.concatenate([X, -X]), "classifier": CLASSIFIER},
    "quality.train_classifier": lambda: {"y": np.arange(6) % 2, "steps": 1, "batch": 2},
    "sampling.decoder_step": lambda: {"t": 1, "predict": lambda z, t: z},
    "sampling.one_step": lambda: {"steps": np.ones(6, dtype=int)},
    "sampling.sample": lambda: {"predict": lambda z, t: z},
    "schedule.posterior_coefficients": lambda: {"t": np.array([1, 1, 1, 1])},
    "schedule.posterior_mean": lambda: {
        "z": np.array([[-0.453, 0.0652, -0.386], [-0.469, -0.859, -0.921], [2.09, 1.28, 0.00926], [1.16, -0.749, -1.69]]),
        "x": np.array([[-0.135, 0.0871, -1.13], [-0.099, 0.767, -0.727], [0.514, -0.779, 1.33], [0.138, 1.45, -0.269]]),
        "t": np.array([1, 1, 1, 1]),
    },
    "schedule.posterior_variance": lambda: {"kept": np.array([1.0, 0.5, 0.25])},
    "schedule.schedule": lambda: {"betas": np.full(2, 0.5)},
    "vae.codes": lambda: {"X": np.ones((6, 2))},
    "vae.elbo": lambda: {"x": torch.full((2, 2), 0.5, dtype=torch.float64), "noise": torch.zeros((2, 1), dtype=torch.float64)},
    "vae.held_out_elbo": lambda: {"X": np.ones((6, 2))},
    "vae.images": lambda: {"z": np.ones((2, 1))},
    "vae.latent_gradients": lambda: {"x": np.ones(2), "z": np.ones((2, 1))},
    "vae.log_evidence": lambda: {"X": np.ones((6, 2))},
    "vae.train": lambda: {"X": np.full((4, 2), 1.0), "steps": 1, "batch": 2},
}
