"""The book's models as a user of PyTorch writes them: eager, CPU, two threads. Optional; benchmarks skip what is missing."""

import numpy as np


def torch():
    """PyTorch with two threads, or None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(2)
    return torch


def torch_cbow_step(V, H, W, K, N):
    """A function that makes one training step of CBOW with negative sampling: sparse tables, SparseAdam."""
    torch_ = torch()
    nn = torch_.nn
    into, out = nn.Embedding(V, H, sparse=True), nn.Embedding(V, H, sparse=True)
    optimizer = torch_.optim.SparseAdam([*into.parameters(), *out.parameters()])
    contexts, target = torch_.randint(0, V, (N, 2 * W)), torch_.randint(0, V, (N,))
    frequency = torch_.from_numpy(np.random.default_rng(0).random(V, dtype=np.float32))
    label = torch_.cat([torch_.ones(N, 1), torch_.zeros(N, K)], 1)

    def step():
        h = into(contexts).mean(1)
        negative = torch_.multinomial(frequency, N * K, replacement=True).view(N, K)
        score = torch_.bmm(out(torch_.cat([target[:, None], negative], 1)), h[:, :, None])[:, :, 0]
        loss = nn.functional.binary_cross_entropy_with_logits(score, label, reduction="sum") / N
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step
