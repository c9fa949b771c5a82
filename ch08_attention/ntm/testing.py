"""What a trained model's answers cost, on the sizes of its training and beyond."""

import numpy as np

from ch08_attention.ntm.tasks import answers_of, mean_cost


def test_batches(task, args, seed, each, sizes):
    """`each` test sequences of each of the sizes; few, with --quick."""
    return task.test(seed, 2, sizes[:4]) if args.quick else task.test(seed, each, sizes)


def best_cost(task, batches):
    """What a sequence costs the best possible predictor; None where there is none."""
    best = [task.best(batch) for batch in batches]
    return None if best[0] is None else mean_cost(task, batches, best)


def report(model, task, args):
    """Print what a sequence costs, of the sizes of training and of larger ones.

    Returns {size: cost}.
    """
    costs = {}
    groups = {"as in training": task.sizes}
    groups.update({" x ".join(map(str, size)): [size] for size in task.beyond})
    for name, sizes in groups.items():
        batches = test_batches(task, args, ("last", args.seed), 50, sizes)
        answers = answers_of(model, batches)
        costs.update((size, mean_cost(task, [batch], [scores]))
                     for size, batch, scores in zip(sizes, batches, answers))
        asked = np.mean([batch.mask[0].sum() for batch in batches]) * task.output_size
        more = [f"{part} {mean_cost(task, batches, answers, channels):.3f}"
                for part, channels in task.parts.items()]
        best = best_cost(task, batches)
        more += [] if best is None else [f"best possible {best:.3f}"]
        more += [task.note(scores, batch) for scores, batch in zip(answers, batches)
                 if len(batches) == 1 and task.note(scores, batch)]
        print(f"{task.quantity} per sequence, size {name}: "
              f"{mean_cost(task, batches, answers):.3f} of {asked:.0f}"
              + (f" ({', '.join(more)})" if more else ""))
    return costs
