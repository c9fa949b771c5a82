"""Text, report and figure of the scripts that train language models."""

import math

import numpy as np

from common.errors import InputError
from common.script import fill_in, log_scale, new_figure, plain, save_figure
from common.script.curves import write_table
from common.util.perplexity import perplexity, score
from dataset.corpus import MADE, announce, load_parts, reading, resolve


def begin(args, book, toy, char, small_char):
    """The text, announced; options that were left out get the values that suit it.

    toy: for a text that is made; char: for PTB as characters, small_char: for others as characters,
    of which a toy makes `tokens`.
    """
    name, level = resolve(args.corpus, args.level)
    settings = toy if name in MADE else book
    if level == "char":
        settings = char if name == "ptb" else small_char
        settings = {**settings, "tokens": settings["tokens"] if name in MADE else None}
    if args.quick:                                           # whose few tokens fill no large batch
        settings = {**settings, **{size: book[size] for size in ("batch_size", "time_size")}}
    check_optimizer(args, settings)
    fill_in(args, settings)
    text = load_parts(args.corpus, tokens=args.tokens, **reading(args))
    if args.quick:
        text = text._replace(valid=text.valid[:1000], test=text.test[:1000])
    announce(text, args)
    return text


def check_optimizer(args, settings):
    """InputError where another optimizer would get the learning rate of the usual one."""
    usual, lr = settings.get("optimizer"), settings["lr"]
    if usual and args.lr is None and args.optimizer not in (None, usual):
        raise InputError(f"the learning rate {lr:g} suits {usual}: with --optimizer "
                         f"{args.optimizer} choose an --lr, such as "
                         f"{20 if args.optimizer == 'sgd' else 0.002}")


def validate(trainer, text):
    """trainer.validated() with the perplexity on the validation text, read by rows.

    Prints, once a run, where a row is lost that the others are not.
    """
    found = score(trainer.model, text.valid)
    best = trainer.validated(perplexity(found.loss))
    rows = found.rows[found.words == found.words.max()]      # not the few words that are left
    apart = len(rows) > 2 and rows.max() > found.loss + math.log(2)
    if apart and not (trainer.reset or trainer.warned):
        trainer.warned = True
        print(f"warning: one of {len(rows)} pieces of the validation text has the perplexity "
              f"{perplexity(rows.max()):.0f}: the model may be unable to start from an empty "
              "state. Train it with --reset 0.02")
    return best


def report(trainer, ppl, text, name, args):
    """Print the test perplexity, and draw."""
    print_perplexity(ppl, text)
    path = draw(trainer, ppl, text, f"{name}_perplexity", args)
    write_minutes(trainer, text, path.with_name(f"{name}_minutes.csv"))


def print_perplexity(ppl, text):
    """The perplexity on the test text, on a toy beside the lowest possible one.

    Of characters in bits, too: log2 of it, the length of a code that is made from the model.
    """
    lowest = text.lowest_perplexity
    print(f"test perplexity: {ppl:.2f}"
          + (f"  (lowest possible {lowest:.2f}; {100 * (ppl / lowest - 1):.1f} % above it)"
             if lowest else ""))
    if text.level == "char":
        print(f"bits per character: {math.log2(ppl):.3f}"
              + (f"  (lowest possible {math.log2(lowest):.3f})" if lowest else ""))


def keep_best(trainer, path):
    """Put the weights that were best on validation into the model and save them."""
    trainer.model.set_params(trainer.best)
    trainer.model.save_params(path)
    print(f"best weights: {path}, epoch {int(np.argmin(trainer.valid_list)) + 1} "
          f"(validation perplexity {min(trainer.valid_list):.2f})")


def draw(trainer, test, text, name, args):
    """Perplexity over iterations: on the training text; after each epoch on validation; on test."""
    figure = new_figure(args)
    axes = figure.subplots()
    trainer.plot(axes=axes)
    if trainer.valid_list:
        ends = np.arange(1, len(trainer.valid_list) + 1) * trainer.iterations
        axes.plot(ends, trainer.valid_list, marker="o", label="validation")
        tested = ends[epoch_of(trainer)]
        axes.plot([tested], [test], marker="*", markersize=12, linestyle="", label="test")
    low = min(trainer.ppl_list + trainer.valid_list)
    axes.set_ylim(0.9 * low, min(axes.get_ylim()[1], 20 * low))
    log_scale(axes)
    axes.set_title(f"{type(trainer.model).__name__} on {plain(text.name)}")
    axes.legend()
    return save_figure(figure, name, args, curves=True)


def epoch_of(trainer):
    """The place in valid_list of the weights that the model has: the best ones', or the last."""
    best = trainer.best
    is_best = all(np.array_equal(p, best[name])
                  for name, p in trainer.model.named_params().items())
    return int(np.argmin(trainer.valid_list)) if is_best else -1


def write_minutes(trainer, text, path):
    """Validation over the minutes of training, in bits for characters: for compare_runs.py."""
    chars = text.level == "char"
    values = [math.log2(value) if chars else value for value in trainer.valid_list]
    write_table(path, ["curve", "minutes of training",
                       f"validation, {'bits per character' if chars else 'perplexity'}"],
                [("validation", seconds / 60, value)
                 for seconds, value in zip(trainer.valid_seconds, values)
                 if not math.isnan(seconds)])                # an earlier version did not time
