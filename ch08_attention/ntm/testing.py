"""Bit errors of a trained model, on the sizes of its training and beyond."""

from ch08_attention.ntm.tasks import bit_errors


def test_batches(task, args, seed, each, sizes):
    """`each` test sequences of each of the sizes; few, with --quick."""
    return task.test(seed, 2, sizes[:4]) if args.quick else task.test(seed, each, sizes)


def report(model, task, args):
    """Print the bit errors per sequence, of the sizes of training and of larger ones."""
    groups = {"as in training": task.sizes}
    groups.update({" x ".join(map(str, size)): [size] for size in task.beyond})
    for name, sizes in groups.items():
        batches = test_batches(task, args, ("last", args.seed), 50, sizes)
        asked = sum(batch.mask.sum() for batch in batches) / sum(len(batch.x) for batch in batches)
        print(f"bit errors per sequence, size {name}: {bit_errors(model, batches):.3f} of "
              f"{asked * task.output_size:.0f}")
