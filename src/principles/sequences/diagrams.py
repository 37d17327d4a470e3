"""Drawings of architectures: boxes, and arrows that show what is computed from what."""

from principles.figures import BLUE, GREEN, INK, MUTED, ORANGE, PINK, Picture, canvas


def _draw(nodes, edges, *, width, height, alt):
    fig, ax = canvas(width=width, height=height)
    ax.axis("off")
    xs, ys = [x for _, x, y, _ in nodes.values()], [y for _, x, y, _ in nodes.values()]
    ax.set(xlim=(min(xs) - 0.5, max(xs) + 0.5), ylim=(min(ys) - 0.25, max(ys) + 0.25))
    frames = {}
    for name, (label, x, y, colour) in nodes.items():
        style = {"boxstyle": "round,pad=0.35", "fc": "none", "ec": colour or "none", "lw": 1.4}
        text = ax.text(x, y, label, ha="center", va="center", color=INK, bbox=style, gid=name)
        frames[name] = text.get_bbox_patch()
    for start, end, label, colour, bend in edges:
        (_, x0, y0, _), (_, x1, y1, _) = nodes[start], nodes[end]
        arrow = {
            "arrowstyle": "-|>",
            "color": colour,
            "lw": 1.3,
            "patchA": frames[start],
            "patchB": frames[end],
            "shrinkA": 2,
            "shrinkB": 2,
            "connectionstyle": f"arc3,rad={bend}",
        }
        ax.annotate("", (x1, y1), (x0, y0), arrowprops=arrow)
        if label:
            ax.text(
                (x0 + x1) / 2 + (0.14 if x0 == x1 else 0),
                (y0 + y1) / 2 + (0.14 if y0 == y1 else 0),
                label,
                ha="center",
                va="center",
            )
    return Picture(fig, alt)


def unrolled(words):
    """A recurrent model that reads a sentence and predicts each next word (Figure 8.1).

    Args:
        words: at least two.
    """
    nodes, edges = {}, []
    for t, (word, following) in enumerate(zip(words, words[1:]), 1):
        nodes |= {f"x{t}": (word, t, 0, None), f"h{t}": (f"$h_{t}$", t, 1, BLUE), f"y{t}": (following, t, 2, None)}
        edges += [(f"x{t}", f"h{t}", "$w_x$", MUTED, 0), (f"h{t}", f"y{t}", "$v$", MUTED, 0)]
        if t > 1:
            edges.append((f"h{t - 1}", f"h{t}", "$w_h$", BLUE, 0))
    return _draw(
        nodes,
        edges,
        width=6.4,
        height=2.6,
        alt="Words enter from below, each hidden state is computed from the one before and the word, and predicts the "
        "next word above.",
    )


def layers():
    """A recurrent network of two layers, unrolled over three times."""
    nodes, edges = {}, []
    for t in range(1, 4):
        nodes |= {
            f"x{t}": (f"$x_{t}$", t, 0, None),
            f"a{t}": (f"$h^1_{t}$", t, 1, BLUE),
            f"b{t}": (f"$h^2_{t}$", t, 2, GREEN),
            f"y{t}": (rf"$\hat y_{t}$", t, 3, None),
        }
        edges += [(f"x{t}", f"a{t}", "", MUTED, 0), (f"a{t}", f"b{t}", "$w_{hh}$", MUTED, 0), (f"b{t}", f"y{t}", "$v$", MUTED, 0)]
        if t > 1:
            edges += [(f"a{t - 1}", f"a{t}", "", BLUE, 0), (f"b{t - 1}", f"b{t}", "$w_{tt}$", GREEN, 0)]
    return _draw(
        nodes,
        edges,
        width=5.2,
        height=3.3,
        alt="Two rows of hidden states; each takes the state to its left in the same row and the state below at the same time.",
    )


def two_directions():
    """A bidirectional network: one row of states reads forwards, one backwards, every output sees both."""
    nodes, edges = {}, []
    for t in range(1, 4):
        nodes |= {
            f"x{t}": (f"$x_{t}$", t, 0, None),
            f"f{t}": (f"$h^f_{t}$", t - 0.2, 1, BLUE),
            f"b{t}": (f"$h^b_{t}$", t + 0.2, 2, ORANGE),
            f"y{t}": (rf"$\hat y_{t}$", t, 3, None),
        }
        edges += [
            (f"x{t}", f"f{t}", "", MUTED, 0),
            (f"x{t}", f"b{t}", "", MUTED, 0.15),
            (f"f{t}", f"y{t}", "", MUTED, 0.15),
            (f"b{t}", f"y{t}", "", MUTED, 0),
        ]
        if t > 1:
            edges += [(f"f{t - 1}", f"f{t}", "", BLUE, 0), (f"b{t}", f"b{t - 1}", "", ORANGE, 0)]
    return _draw(
        nodes,
        edges,
        width=5.2,
        height=3.3,
        alt="Forward states are linked from left to right, backward states from right to left; each output takes one "
        "of either kind.",
    )


def shortcut():
    """Attention over the states of a recurrent network: a direct path from every state to the last output."""
    nodes, edges = (
        {"c": (r"$\sum_i \mathrm{softmax}_i(k_i\cdot q)\,v_i$", 2.5, 2.2, PINK), "y": (r"$\hat y_4$", 2.5, 3.2, None)},
        [],
    )
    for t in range(1, 5):
        nodes |= {f"x{t}": (f"$x_{t}$", t, 0, None), f"h{t}": (f"$h_{t}$", t, 1, BLUE)}
        edges += [(f"x{t}", f"h{t}", "", MUTED, 0), (f"h{t}", "c", "", PINK, 0)]
        if t > 1:
            edges.append((f"h{t - 1}", f"h{t}", "", BLUE, 0))
    return _draw(
        nodes,
        [*edges, ("c", "y", "", MUTED, 0)],
        width=5.4,
        height=3.3,
        alt="A chain of recurrent states, and above it an attention sum with an arrow from every state, so that the "
        "first state reaches the output in one step.",
    )


def attention_module():
    """The computation of one self-attention: three projections, scores, softmax, weighted sum."""
    nodes = {
        "h": ("$h$  (m × c)", 2, 0, INK), "q": ("$q = h\\,w_q$", 1, 1, BLUE),
        "k": ("$k = h\\,w_k$", 2, 1, ORANGE), "v": ("$v = h\\,w_v$", 3, 1, GREEN),
        "s": (r"scores $q k^\top/\sqrt{p}$  (m × m)", 1.4, 2, PINK), "a": ("softmax over keys", 1.4, 3, PINK),
        "o": ("weights · $v$  (m × p)", 2.2, 4, INK),
    }  # fmt: skip
    edges = [
        ("h", "q", "", MUTED, 0),
        ("h", "k", "", MUTED, 0),
        ("h", "v", "", MUTED, 0),
        ("q", "s", "", BLUE, 0),
        ("k", "s", "", ORANGE, 0),
        ("s", "a", "", PINK, 0),
        ("a", "o", "", PINK, 0),
        ("v", "o", "", GREEN, 0),
    ]
    return _draw(
        nodes,
        edges,
        width=5.6,
        height=4,
        alt="Features are projected to queries, keys and values; queries and keys give scores, a softmax makes weights "
        "of them, and the weights average the values.",
    )


def block():
    """One block of the encoder of a transformer (Figure 8.5)."""
    nodes = {
        "x": ("features + position", 1, 0, INK), "m": ("multi-head attention", 1, 1, BLUE), "n": ("add & normalise", 1, 2, GREEN),
        "f": ("position-wise network", 1, 3, BLUE), "o": ("add & normalise", 1, 4, GREEN), "y": ("to the next block", 1, 5, None),
    }  # fmt: skip
    edges = [
        ("x", "m", "", MUTED, 0),
        ("m", "n", "", MUTED, 0),
        ("n", "f", "", MUTED, 0),
        ("f", "o", "", MUTED, 0),
        ("o", "y", "", MUTED, 0),
        ("x", "n", "", ORANGE, 1.5),
        ("n", "o", "", ORANGE, 1.5),
    ]
    return _draw(
        nodes,
        edges,
        width=4.2,
        height=4.4,
        alt="From below: features, multi-head attention, add and normalise, position-wise network, add and normalise; "
        "residual connections pass each part by.",
    )
