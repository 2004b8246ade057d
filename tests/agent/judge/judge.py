"""Computes in numpy, from the formulas, what export_numbers says that doggo's learner computes, and compares.

    judge.py FILE        prints a line for each group; exit code 1 at the first that is off, naming it

Both sides compute in double. A correct formula, written twice, then differs by rounding: sums of at most some hundred
terms, 20 steps one upon the other, some 1e-13 of the largest number of an array at most. A wrong formula differs by far
more: the smallest thing that could be misplaced is Adam's epsilon, 1e-8. TOLERANCE lies between.

No backward pass is written here. Every gradient is a complex step: Im f(x + i h) / h is f'(x) with an error of order h^2,
and no difference is taken, so that h = 1e-30 gives all digits (Squire and Trapp 1998). So a function that is differentiated
must be analytic: np.where by the real part in place of max, and `.real` where something is held constant.
"""
import json
import math
import sys

import numpy as np

TOLERANCE = 1e-10
EPSILON = 1e-5  # added to a variance by the normalisations


class Off(Exception):
    pass


def difference(theirs, ours):
    """The largest difference, relative to the largest number."""
    theirs, ours = np.asarray(theirs, float), np.asarray(ours, float)
    if theirs.shape != ours.shape:
        raise Off(f"has the shape {theirs.shape}, expected {ours.shape}")
    worst, scale = np.abs(theirs - ours).max(initial=0), np.abs(ours).max(initial=0)
    return 0.0 if worst == 0 else worst / scale if scale > 0 else math.inf


def check(group, **pairs):
    """pairs: what = (theirs, ours)."""
    worst = 0.0
    for what, (theirs, ours) in pairs.items():
        try:
            d = difference(theirs, ours)
        except Off as off:
            raise Off(f"{group}: {what} {off}") from None
        if not d <= TOLERANCE:
            raise Off(f"{group}: {what} is off by {d:.1e} of its largest number (tolerance {TOLERANCE:.0e})")
        worst = max(worst, d)
    print(f"{group}: {', '.join(pairs)}: worst {worst:.0e}", flush=True)


def require(condition, what):
    if not condition:
        raise Off(what)


def gradient(f, x, h=1e-30):
    x = np.asarray(x, float)
    g = np.empty(x.size)
    for i in range(x.size):
        z = x.astype(complex).ravel()
        z[i] += 1j * h
        g[i] = f(z.reshape(x.shape)).imag / h
    return g.reshape(x.shape)


# ---- networks: examples are columns ----

def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=0)


def positive(z):
    return z.real > 0


ACTIVATIONS = {
    "identity": lambda z: z,
    "elu": lambda z: np.where(positive(z), z, np.exp(z) - 1),
    "tanh": lambda z: (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1),
    "relu": lambda z: np.where(positive(z), z, 0),
    "leaky_relu": lambda z: np.where(positive(z), z, 0.01 * z),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softsign": lambda z: z / (1 + np.where(positive(z), z, -z)),
    "softmax": softmax,
    "log_softmax": lambda z: np.log(softmax(z)),
}


def moments(x, axis):
    mean = x.mean(axis=axis, keepdims=True)
    return mean, ((x - mean) ** 2).mean(axis=axis, keepdims=True)


def forward(layers, theta, x, training=True, statistics=(), masks=()):
    """(output, running statistics afterwards). theta: of a dense layer W row by row, then b; of a normalisation gamma, beta.
    statistics: of a batch normalisation the means, then the variances."""
    theta, statistics, masks, after = list(theta), list(statistics), list(masks), []

    def take(numbers, *shape):
        size = math.prod(shape)
        taken = np.array(numbers[:size]).reshape(shape)
        del numbers[:size]
        return taken

    for text in layers:
        kind, *settings = text.split()
        settings = [float(s) for s in settings]
        m, n = x.shape
        if kind == "dense":
            W, b = take(theta, int(settings[0]), m), take(theta, int(settings[0]), 1)
            x = W @ x + b
        elif kind == "dropout":
            if training:
                x = x * np.array(masks.pop(0))
        elif kind in ("batch_norm", "batch_renorm", "layer_norm"):
            gamma, beta = take(theta, m, 1), take(theta, m, 1)
            mean, variance = moments(x, axis=0 if kind == "layer_norm" else 1)
            normal = (x - mean) / np.sqrt(variance + EPSILON)
            if kind != "layer_norm":
                running_mean, running_variance = take(statistics, m, 1), take(statistics, m, 1)
                sigma_r = np.sqrt(running_variance + EPSILON)
                if not training:
                    normal = (x - running_mean) / sigma_r
                elif kind == "batch_renorm":  # Ioffe 2017, algorithm 1: r and d are held constant
                    r_max, d_max = settings or (3, 5)
                    r = np.clip(np.sqrt(variance.real + EPSILON) / sigma_r, 1 / r_max, r_max)
                    d = np.clip((mean.real - running_mean) / sigma_r, -d_max, d_max)
                    normal = normal * r + d
                if training:
                    share = settings[0] if kind == "batch_norm" and settings else 0.1
                    running_mean = (1 - share) * running_mean + share * mean.real
                    running_variance = (1 - share) * running_variance + share * variance.real * n / (n - 1)
                after += [*running_mean.ravel(), *running_variance.ravel()]
            x = gamma * normal + beta
        else:
            x = ACTIVATIONS[kind](x)
    require(not theta and not statistics, f"{layers}: numbers are left over")
    return x, np.array(after)


def huber(e):
    return np.where(np.abs(e.real) <= 1, e * e / 2, np.where(positive(e), e, -e) - 0.5)


def gaussian_nll(a, y):
    mean, x = a[:len(y)], a[len(y):]
    low, high = -5, 2
    middle, half = (low + high) / 2, (high - low) / 2
    log_std = middle + half * ACTIVATIONS["tanh"]((x - middle) / half)
    return -gaussian_log_density(y, mean, log_std)


# Of one example: the sum over its outputs.
LOSSES = {
    "squared_error": lambda a, y: (a - y) ** 2,
    "mean_squared_error": lambda a, y: (a - y) ** 2 / len(y),
    "half_squared_error": lambda a, y: (a - y) ** 2 / 2,
    "absolute_error": lambda a, y: np.where(positive(a - y), a - y, y - a),
    "huber": lambda a, y: huber(a - y),
    "binary_cross_entropy": lambda z, y: -y * np.log(1 / (1 + np.exp(-z))) - (1 - y) * np.log(1 / (1 + np.exp(z))),
    "softmax_cross_entropy": lambda z, y: -y * np.log(softmax(z)),
    "kl_divergence": lambda z, y: y * (np.log(np.where(y > 0, y, 1)) - np.log(softmax(z))),
    "gaussian_nll": gaussian_nll,
}


def mean_loss(name, output, target):
    return LOSSES[name](output, target).sum() / target.shape[1]


def judge_networks(networks):
    for number, net in enumerate(networks, 1):
        x, target, theta = (np.array(net[key]) for key in ("x", "target", "theta"))
        statistics, masks, name = np.array(net["statistics"]), net["masks"], net["loss"]
        shares = [float(text.split()[1]) for text in net["layers"] if text.startswith("dropout")]
        for mask, p in zip(masks, shares, strict=True):
            values = np.unique(np.round(mask, 12))
            require(np.array_equal(values, np.round([0, 1 / (1 - p)], 12)), f"network {number}: a dropout mask has {values}")

        def loss_of(theta, x, training):
            return mean_loss(name, forward(net["layers"], theta, x, training, statistics, masks)[0], target)

        for mode in ("training", "evaluation"):
            training, theirs = mode == "training", net[mode]
            output, after = forward(net["layers"], theta, x, training, statistics, masks)
            pairs = {
                "output": (theirs["output"], output),
                "loss": (theirs["loss"], mean_loss(name, output, target)),
                "dL/doutput": (theirs["dL/doutput"], gradient(lambda a: mean_loss(name, a, target), output)),
                "dL/dtheta": (theirs["dL/dtheta"], gradient(lambda t: loss_of(t, x, training), theta)),
                "dL/dx": (theirs["dL/dx"], gradient(lambda x_: loss_of(theta, x_, training), x)),
            }
            if training and len(after):
                pairs["running statistics"] = (net["statistics_after"], after)
            check(f"network {number} ({', '.join(net['layers'])}; {name}) in {mode}", **pairs)
            statistics = after


# ---- optimisers ----

def weights_mask(layers, inputs):
    """1 for the weights of dense layers, 0 for all else."""
    mask, width = [], inputs
    for text in layers:
        kind, *settings = text.split()
        if kind == "dense":
            out = int(settings[0])
            mask += [1.0] * (out * width) + [0.0] * out
            width = out
        elif kind.endswith("_norm") or kind == "batch_renorm":
            mask += [0.0] * (2 * width)
    return np.array(mask)


def clip_norm(g, max_norm):
    norm = math.sqrt((g ** 2).sum())
    return norm, g * (max_norm / norm) if max_norm > 0 and norm > max_norm else g


def radam_factor(beta2, t, threshold):
    """Liu et al. 2020, algorithm 2; None below the threshold."""
    rho_inf = 2 / (1 - beta2) - 1
    rho = rho_inf - 2 * t * beta2 ** t / (1 - beta2 ** t)
    if rho <= threshold:
        return None
    return math.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))


class Optimizer:
    def __init__(self, config, weights):
        self.c, self.weights, self.t = config, weights, 0
        self.m = self.v = np.zeros(len(weights))

    def where(self, theta):
        """Where the gradient is to be taken."""
        return theta + self.c["momentum"] * self.m if self.c["method"] == "nesterov" else theta

    def step(self, theta, g, eta):
        c, method = self.c, self.c["method"]
        self.t += 1
        if method == "sgd":
            return theta - eta * g
        if method in ("momentum", "nesterov"):
            self.m = c["momentum"] * self.m - eta * g
            return theta + self.m
        if method == "adagrad":
            self.v = self.v + g ** 2
            return theta - eta * g / (np.sqrt(self.v) + c["epsilon"])
        if method == "rmsprop":
            self.v = c["decay"] * self.v + (1 - c["decay"]) * g ** 2
            return theta - eta * g / (np.sqrt(self.v) + c["epsilon"])
        require(method in ("adam", "adamw", "radam"), f"optimiser {method}: the judge has no formula for it")
        self.m = c["beta1"] * self.m + (1 - c["beta1"]) * g
        self.v = c["beta2"] * self.v + (1 - c["beta2"]) * g ** 2
        m_hat, v_hat = self.m / (1 - c["beta1"] ** self.t), self.v / (1 - c["beta2"] ** self.t)
        adam = m_hat / (np.sqrt(v_hat) + c["epsilon"])
        if method == "adamw":
            adam = adam + c["weight_decay"] * self.weights * theta
        if method == "radam":
            r = radam_factor(c["beta2"], self.t, c["radam_threshold"])
            adam = r * adam if r is not None else m_hat * (c["radam_below"] == "momentum")
        return theta - eta * adam


def shrink(weights, theta, threshold):
    """argmin over w of (w - theta)^2 / 2 + threshold |w|, weights only."""
    return np.where(weights == 1, np.sign(theta) * np.maximum(np.abs(theta) - threshold, 0), theta)


def descend(optimizer, objective, theta, eta, max_norm, l1, l2):
    """One update: (theta, norm of the gradient before clipping)."""
    weights = optimizer.weights
    g = gradient(lambda t: objective(t) + l2 / 2 * (weights * t ** 2).sum(), optimizer.where(theta))
    norm, g = clip_norm(g, max_norm)
    theta = optimizer.step(theta, g, eta)
    return shrink(weights, theta, eta * l1) if l1 > 0 else theta, norm


def judge_course(course):
    config, layers, max_norm = course["optimizer"], course["layers"], course["max_norm"]
    x, target, theta = (np.array(course[key]) for key in ("x", "target", "theta"))
    optimizer, steps = Optimizer(config, weights_mask(layers, len(x))), len(course["iterates"])
    iterates, norms = [], []
    for t in range(1, steps + 1):
        theta, norm = descend(optimizer, lambda p: mean_loss(course["loss"], forward(layers, p, x)[0], target), theta,
                              rate(course["schedule"], t, steps), max_norm, course["l1"], course["l2"])
        iterates.append(theta)
        norms.append(norm)
    pairs = {f"theta after each of {steps} steps": (course["iterates"], iterates)}
    if max_norm > 0:
        pairs["norms"] = (course["norms"], norms)
        require(max(norms) > max_norm > min(norms), "clipping: the case clips always or never")
    name = config["method"]
    if name == "radam":
        name += f" ({config['radam_below']} up to rho = {config['radam_threshold']:g}, beta2 = {config['beta2']:g})"
    name += "".join(f", {key} {course[key]:g}" for key in ("max_norm", "l1", "l2") if course[key] > 0)
    check(f"optimiser {name}", **pairs)


def rate(c, t, total):
    """The rate of update t = 1 .. total. While t <= warmup, s stays 0 and the rate grows linearly."""
    warmup, eta, final = c["warmup"], c["rate"], c["final_rate"]
    s, S = max(0, t - warmup), total - warmup
    half_cosine = lambda part: final + (eta - final) * (1 + math.cos(math.pi * part)) / 2
    value = {
        "constant": lambda: eta,
        "step": lambda: eta * c["factor"] ** (max(0, s - 1) // c["every"]),
        "exponential": lambda: eta * c["factor"] ** (s / c["every"]),
        "polynomial": lambda: final + (eta - final) * (1 - s / S) ** c["power"],
        "cosine": lambda: half_cosine(s / S),
        "one_cycle": lambda: eta * (1 / 25 + 24 / 25 * s / (0.3 * S)) if s < 0.3 * S else half_cosine((s / S - 0.3) / 0.7),
        "inverse_square_root": lambda: eta * math.sqrt(max(1, warmup) / max(1, warmup, t)),
    }[c["kind"]]()
    return value * t / warmup if t < warmup else value


def judge_schedules(schedules):
    for s in schedules:
        c, total = s["schedule"], s["total"]
        check(f"schedule {c['kind']}, warm-up {c['warmup']:g}",
              rates=(s["rates"], [rate(c, t, total) for t in range(1, total + 1)]))


# ---- whole fits ----

def judge_fit(fit):
    config, layers = fit["config"], fit["layers"]
    x, y, unseen_x, unseen_y = (np.array(fit[key]) for key in ("x", "target", "unseen_x", "unseen_target"))
    (mean_x, variance_x), (mean_y, variance_y) = moments(x, axis=1), moments(y, axis=1)
    standard = lambda v, mean, variance: (v - mean) / np.sqrt(variance)
    sx, sy = standard(x, mean_x, variance_x), standard(y, mean_y, variance_y)

    optimizer_config = {key.removeprefix("optimizer."): v for key, v in config.items() if key.startswith("optimizer.")}
    schedule = {key.removeprefix("rate."): v for key, v in config.items() if key.startswith("rate.")}
    optimizer = Optimizer(optimizer_config, weights_mask(layers, len(x)))
    theta, epochs = np.array(fit["start"]), []
    features, steps = len(fit["statistics"]) // 2, len(fit["epochs"])
    statistics = np.concatenate([np.zeros(features), np.ones(features)])
    for t in range(1, steps + 1):
        def loss_of(p):
            return mean_loss(config["loss"], forward(layers, p, sx, True, statistics)[0], sy)
        at = optimizer.where(theta)
        loss, (_, after) = loss_of(at), forward(layers, at, sx, True, statistics)
        eta = rate(schedule, t, steps)
        theta, norm = descend(optimizer, loss_of, theta, eta, config["max_gradient_norm"], config["l1"], config["l2"])
        statistics = after
        epochs.append([loss, norm, eta])

    output = forward(layers, theta, standard(unseen_x, mean_x, variance_x), False, statistics)[0]
    prediction = output * np.sqrt(variance_y) + mean_y
    error = (prediction - unseen_y) ** 2
    score = [mean_loss(config["loss"], output, standard(unseen_y, mean_y, variance_y)), math.sqrt(error.mean()),
             1 - (error.mean(axis=1, keepdims=True) / moments(unseen_y, axis=1)[1]).mean()]
    check(f"fit ({', '.join(layers)}; {optimizer_config['method']}, {schedule['kind']})",
          **{"losses, norms and rates of the epochs": (np.array(fit["epochs"]).T, np.array(epochs).T),
             "theta": (fit["theta"], theta), "running statistics": (fit["statistics"], statistics),
             "prediction": (fit["prediction"], prediction), "score": (fit["score"], score)})


# ---- distributions: KL divergence and entropy from their definitions, as expectations ----

def gaussian_log_density(a, mean, log_std):
    return -((a - mean) / np.exp(log_std)) ** 2 / 2 - log_std - math.log(2 * math.pi) / 2


# An expectation under N(0, 1); exact for polynomials up to degree 7, and the logarithms here are of degree 2.
NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(4)


def expectation(f):
    return sum(w * f(e) for e, w in zip(NODES, NODE_WEIGHTS / math.sqrt(2 * math.pi)))


def judge_gaussian(g):
    p_mean, mean_q, a, upstream = (np.array(g[key]) for key in ("mean", "mean_q", "action", "upstream"))
    s, s_q = np.array(g["log_std"]), np.array(g["log_std_q"])
    column = lambda v: v[:, None]

    def log_prob(mean, s, a):
        return gaussian_log_density(a, mean, column(s)).sum(axis=0)

    def squashed(mean, s, u):  # the density of tanh(u), du/da = 1 / (1 - tanh(u)^2)
        return log_prob(mean, s, u) - np.log(1 - np.tanh(u) ** 2).sum(axis=0)

    def kl(mean, s, mean_q, s_q):  # of p and q: the mean under p of log p - log q
        def log_ratio(e):
            a = mean + np.exp(column(s)) * e
            return gaussian_log_density(a, mean, column(s)) - gaussian_log_density(a, mean_q, column(s_q))
        return expectation(log_ratio).sum(axis=0)

    def entropy(s):
        return -expectation(lambda e: gaussian_log_density(np.exp(s) * e, 0, s)).sum()

    def gradients(theirs, f, **at):
        """Of the sum of upstream * f by every argument that is named."""
        for key in at:
            yield key, (theirs[key], gradient(lambda v: (upstream * f(**{**at, key: v})).sum(), at[key]))

    def compare(name, value, theirs, f, **at):
        check(name, value=(g[value], f(**at)),
              **{f"d/d {key}": pair for key, pair in gradients(theirs, f, **at)})

    compare("Gaussian log-probability", "log_prob", g["dlog_prob"], lambda mean, log_std: log_prob(mean, log_std, a),
            mean=p_mean, log_std=s)
    compare("squashed Gaussian log-probability", "squashed_log_prob", g["dsquashed_log_prob"],
            lambda mean, log_std, action: squashed(mean, log_std, action), mean=p_mean, log_std=s, action=a)
    compare("Gaussian KL divergence, by p", "kl", g["dkl_p"], lambda mean, log_std: kl(mean, log_std, mean_q, s_q),
            mean=p_mean, log_std=s)
    compare("Gaussian KL divergence, by q", "kl", g["dkl_q"], lambda mean, log_std: kl(p_mean, s, mean, log_std),
            mean=mean_q, log_std=s_q)
    check("Gaussian entropy", value=(g["entropy"], entropy(s)),
          gradient=(g["dentropy"], gradient(lambda s: upstream[0] * entropy(s), s)))


def judge_categorical(g):
    p, q, upstream = (np.array(g[key]) for key in ("logits", "logits_q", "upstream"))

    def log_prob(z):
        return np.log(softmax(z))[g["choice"], range(len(upstream))]

    def entropy(z):
        return -(softmax(z) * np.log(softmax(z))).sum(axis=0)

    def kl(z_p, z_q):
        return (softmax(z_p) * np.log(softmax(z_p) / softmax(z_q))).sum(axis=0)

    def by(f, z):
        return gradient(lambda z: (upstream * f(z)).sum(), z)

    check("categorical log-probability", value=(g["log_prob"], log_prob(p)), gradient=(g["dlog_prob"], by(log_prob, p)))
    check("categorical entropy", value=(g["entropy"], entropy(p)), gradient=(g["dentropy"], by(entropy, p)))
    check("categorical KL divergence", **{"value": (g["kl"], kl(p, q)), "gradient by p": (g["dkl_p"], by(lambda z: kl(z, q), p)),
                                          "gradient by q": (g["dkl_q"], by(lambda z: kl(p, z), q))})


# ---- initial weights ----

def judge_initializer(given):
    """Random numbers: their moments, within 5 standard errors; of orthogonal weights the product, exactly."""
    name, theta, widths = given["name"], np.array(given["theta"]), given["widths"]
    for layer, (fan_in, fan_out) in enumerate(zip(widths, widths[1:])):
        gain = given["gain"] * (given["last_layer"] if layer == len(widths) - 2 else 1)
        W, b, theta = np.split(theta, [fan_in * fan_out, fan_in * fan_out + fan_out])
        group = f"initialiser {name}, layer {layer + 1}"
        require(not b.any(), f"{group}: a bias is not 0")
        if name == "orthogonal":
            W = W.reshape(fan_out, fan_in)
            product = W.T @ W if fan_out > fan_in else W @ W.T
            check(group, **{"product": (product, gain ** 2 * np.eye(len(product)))})
            continue
        kind, shape = name.rsplit("_", 1)
        variance = gain ** 2 * {"lecun": 1 / fan_in, "he": 2 / fan_in, "xavier": 2 / (fan_in + fan_out)}[kind]
        kurtosis = {"normal": 3, "uniform": 9 / 5}[shape]
        if shape == "uniform":
            require(np.abs(W).max() <= math.sqrt(3 * variance), f"{group}: a weight lies outside")
        n = W.size
        errors = {  # in standard errors; that of the kurtosis is sqrt(24 / n) for a normal distribution, less for a uniform one
            "mean": W.mean() / math.sqrt(variance / n),
            "variance": (W.var() / variance - 1) / math.sqrt((kurtosis - 1) / n),
            "kurtosis": (((W - W.mean()) ** 4).mean() / W.var() ** 2 - kurtosis) / math.sqrt(24 / n),
        }
        for what, error in errors.items():
            require(abs(error) < 5, f"{group}: the {what} is off by {error:.1f} standard errors")
        print(f"{group}: {', '.join(errors)}: worst {max(map(abs, errors.values())):.1f} standard errors")


def judge_coverage(given):
    """Every row of the learner's tables occurs in what follows."""
    seen = {
        "layers": {text.split()[0] for net in given["networks"] for text in net["layers"]},
        "losses": {net["loss"] for net in given["networks"]},
        "optimizers": {course["optimizer"]["method"] for course in given["courses"]},
        "schedules": {s["schedule"]["kind"] for s in given["schedules"]},
        "initializers": {i["name"] for i in given["initializers"]},
    }
    for family, names in given["names"].items():
        missing = set(names) - seen[family]
        require(not missing, f"{family}: nothing here uses {', '.join(sorted(missing))}")
    print("coverage:", ", ".join(f"{len(names)} {family}" for family, names in given["names"].items()))


def judge(given):
    judge_coverage(given)
    judge_networks(given["networks"])
    judge_schedules(given["schedules"])
    for course in given["courses"]:
        judge_course(course)
    for fit in given["fits"]:
        judge_fit(fit)
    judge_gaussian(given["gaussian"])
    judge_categorical(given["categorical"])
    for initializer in given["initializers"]:
        judge_initializer(initializer)


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        given = json.load(file)
    try:
        judge(given)
    except Off as off:
        sys.exit(f"FAILED {off}")
    except KeyError as key:
        sys.exit(f"FAILED the judge has no formula for {key}")
