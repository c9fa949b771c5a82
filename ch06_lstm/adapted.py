"""Reading a text with a memory of it, or learning from it: the pass behind eval.py (after 6.5)."""

import functools
import itertools
import math
from typing import NamedTuple

import numpy as np

from ch06_lstm.cache import NeuralCache, mix
from ch06_lstm.dynamic import DynamicRMS, DynamicSGD, gradient_rms, gradients
from common.errors import InputError
from common.script import number, positive
from common.util.gradients import find_shared
from common.util.perplexity import perplexity, windows

THETAS, WINDOWS = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5), (100, 500, 2000)
SHARES = [k / 100 for k in range(1, 51)]
TUNED_ON = 20_000                                            # words, by --dynamic
GAIN = 1e-4                                                  # by which a step must lower perplexity
SETTINGS = {"--lambda": "share", "--theta": "theta", "--window": "window", "--lr": "lr",
            "--decay": "decay"}


class Diverged(InputError):
    """A step was too large."""


def read(model, corpus, caches=(), rule=None, batch_size=10, time_size=35):
    """(P (M,) of the M words after the first, [P_cache (M,) of each cache]).

    As eval_perplexity() reads; rule: an Optimizer, which takes a step after each window, once it
    was scored. The weights are the trained ones again at the end. model: a language model with
    `affine` and `loss_layer`, such as those of this chapter; without a rule also a TransformerLM.

    Diverged where a word has no probability above 0 any more, since the rule's steps were too
    large; InputError for a rule with more than one piece, which would learn from words that come
    later in the text.
    """
    if rule and batch_size > 1:
        raise InputError("a model that learns from a text reads it in one piece, batch_size 1, got "
                         f"{batch_size}: with more it would know from one what comes in another")
    corpus, shared, P, found = np.asarray(corpus), find_shared(model.params), [], []
    trained = [p.copy() for p in model.params] if rule else []
    try:
        with np.errstate(over="ignore", invalid="ignore"):   # told below
            for begins, position, _ in windows(model, corpus, batch_size, time_size):
                P.append(np.exp(-model.loss_layer.losses.astype(float)).ravel())
                if rule and not (P[-1] > 0).all():
                    raise Diverged("the model diverged while it learned from the text: lower --lr "
                                   "or --decay")
                for cache in caches:
                    if begins:
                        cache.reset_state()
                    found.append(cache.forward(model.affine.x, corpus[position + 1]).ravel())
                if rule:
                    rule.update(*gradients(model, shared))
    finally:
        for p, old in zip(model.params, trained):
            p[...] = old
    every = len(caches)
    return np.concatenate(P), [np.concatenate(found[i::every]) for i in range(every)]


class CacheSettings(NamedTuple):
    """Those of a NeuralCache, after its share of the mixture."""

    share: float = 0.15
    theta: float = 0.5
    window: int = 500

    def __str__(self):
        return f"lambda {self.share:.2g}, theta {self.theta:g}, window {self.window:,}"


class RuleSettings(NamedTuple):
    """The learning rate, and how strongly the trained weights draw back."""

    lr: float
    decay: float

    def __str__(self):
        return f"lr {self.lr:g}, decay {self.decay:g}"


RULES = {"sgd": RuleSettings(0.3, 0.002), "rms": RuleSettings(0.003, 0.002)}


def tune_cache(model, corpus, rule=None, **reading):
    """The CacheSettings that are best for a validation text."""
    grid = list(itertools.product(THETAS, WINDOWS))
    P, found = read(model, corpus, [NeuralCache(*settings) for settings in grid], rule, **reading)
    tried = {CacheSettings(share, *settings): mean_perplexity(mix(P, P_cache, share))
             for settings, P_cache in zip(grid, found) for share in SHARES}
    return min(tried, key=tried.get)


def tune_rule(model, corpus, make_rule, start, **reading):
    """The RuleSettings that are best for a validation text.

    Each is doubled or halved while that lowers the perplexity by 0.01 % or more. make_rule: a
    function of them. start: those to begin with.
    """
    @functools.cache
    def cost(settings):
        try:
            return mean_perplexity(read(model, corpus, (), make_rule(*settings), **reading)[0])
        except Diverged:
            return math.inf

    best = start
    for name, factor in itertools.product(RuleSettings._fields, (2, 0.5)):
        while (cost(other := best._replace(**{name: getattr(best, name) * factor}))
               < (1 - GAIN) * cost(best)):
            best = other
    return best


def mean_perplexity(P):
    """The perplexity of words with the probabilities P (M,)."""
    with np.errstate(divide="ignore"):
        return perplexity(-np.log(P).mean())


def add_options(parser):
    """--cache, --dynamic and their settings."""
    parser.add_argument("--cache", action="store_true",
                        help="mix in a memory of the words just read")
    parser.add_argument("--dynamic", choices=RULES,
                        help="go on learning from the text, by SGD or in steps that fit each "
                             "weight; it is then read in one piece, in windows of 20")
    parser.add_argument("--tune", action="store_true",
                        help="choose what follows on the validation text, theta in "
                             f"{THETAS[0]:g}..{THETAS[-1]:g}, window in {WINDOWS[0]:,}.."
                             f"{WINDOWS[-1]:,}; --dynamic reads {TUNED_ON:,} words or characters "
                             "of it")
    cache, lr, decay = CacheSettings(), *(
        ", ".join(f"{rule} {getattr(settings, name):g}" for rule, settings in RULES.items())
        for name in RuleSettings._fields)
    for option, kind, text in (
            ("--lambda", number, f"the cache's share of the mixture (default {cache.share:g})"),
            ("--theta", number, f"how sharply the cache attends (default {cache.theta:g})"),
            ("--window", positive, f"words that the cache remembers (default {cache.window:,})"),
            ("--lr", number, f"learning rate of --dynamic (default {lr})"),
            ("--decay", number, f"how strongly the trained weights draw back (default {decay})")):
        parser.add_argument(option, dest=SETTINGS[option], type=kind, help=text)


def check_options(args):
    """InputError where a setting was typed that has no meaning."""
    typed = {option: getattr(args, dest) is not None for option, dest in SETTINGS.items()}
    for kind, options in (("--cache", ("--lambda", "--theta", "--window")),
                          ("--dynamic", ("--lr", "--decay"))):
        for option in options:
            if typed[option] and not getattr(args, kind[2:]):
                raise InputError(f"{option} is a setting of {kind}: add it")
            if typed[option] and args.tune:
                raise InputError(f"--tune chooses {option}: leave one of them out")
    if args.tune and not (args.cache or args.dynamic):
        raise InputError("--tune chooses the settings of --cache and --dynamic: add one of them")
    if args.share is not None and not 0 <= args.share <= 1:
        raise InputError(f"--lambda is a share, 0..1, got {args.share:g}")
    for option in ("--theta", "--lr", "--decay"):
        if (value := getattr(args, SETTINGS[option]) or 0) < 0:
            raise InputError(f"{option} must be 0 or more, got {value:g}")
    if args.book_windows and (args.cache or args.dynamic or args.score is not None):
        raise InputError("--book-windows is for the plain number alone: leave it out, or "
                         "--cache, --dynamic and --score")
    if args.score is not None and (args.cache or args.dynamic):
        raise InputError("--score scores a sentence alone, without a text before it: leave out "
                         "--cache and --dynamic")


def given(args, settings):
    """The settings, with those replaced that were typed."""
    typed = {name: getattr(args, name) for name in settings._fields}
    return settings._replace(**{name: value for name, value in typed.items() if value is not None})


def print_adapted(model, args, data):
    """The perplexity on the test text with what --cache and --dynamic ask for, line by line."""
    valid, test = ((part[:1000] if args.quick else part) for part in (data.valid, data.test))

    def show(kind, settings, P):
        ppl = mean_perplexity(P)
        print(f"{kind}{f' ({settings})' if settings else ''}: {ppl:.2f}"
              + (f", {math.log2(ppl):.3f} bits" if data.level == "char" else ""))

    if args.cache and not args.dynamic:
        cache = tune_cache(model, valid) if args.tune else given(args, CacheSettings())
        P, (P_cache,) = read(model, test, [NeuralCache(cache.theta, cache.window)])
        show("with the cache", cache, mix(P, P_cache, cache.share))
    if args.dynamic:
        one_piece, valid = {"batch_size": 1, "time_size": 20}, valid[:TUNED_ON + 1]
        show("read in one piece", None, read(model, test, **one_piece)[0])
        make_rule = DynamicSGD
        if args.dynamic == "rms":
            make_rule = functools.partial(DynamicRMS, gradient_rms(model, data.train))
        rule = given(args, RULES[args.dynamic])
        if args.tune:
            rule = tune_rule(model, valid, make_rule, rule, **one_piece)
        cache = given(args, CacheSettings())
        if args.cache and args.tune:
            cache = tune_cache(model, valid, make_rule(*rule), **one_piece)
        P, (P_cache,) = read(model, test, [NeuralCache(cache.theta, cache.window)],
                             make_rule(*rule), **one_piece)
        show(f"learning from it by {args.dynamic}", rule, P)
        if args.cache:
            show("and with the cache", cache, mix(P, P_cache, cache.share))
