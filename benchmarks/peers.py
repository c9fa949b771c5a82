"""The book's models as a user of PyTorch writes them: eager, CPU, two threads.

Each function makes a training step, a function without arguments. Without PyTorch, which is
optional, the module can be imported, no more.
"""

import numpy as np

try:
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError:
    torch = None


def cross_entropy(scores, ts):
    """The mean loss of scores (N, T, V) for ids (N, T)."""
    return F.cross_entropy(scores.flatten(0, 1), ts.flatten())


def training(forward, layers, max_grad=None, optimizer="Adam", **options):
    """The step: forward() returns the loss; backward, clip, update."""
    torch.set_num_threads(2)
    params = list(nn.ModuleList(layers).parameters())  # shared ones once
    optimizer = getattr(torch.optim, optimizer)(params, **options)

    def step():
        loss = forward()
        optimizer.zero_grad()
        loss.backward()
        if max_grad:
            nn.utils.clip_grad_norm_(params, max_grad)
        optimizer.step()
    return step


def cbow(V, H, W, K, N):
    """CBOW with K negatives: sparse tables, SparseAdam."""
    into, out = nn.Embedding(V, H, sparse=True), nn.Embedding(V, H, sparse=True)
    contexts, target = torch.randint(0, V, (N, 2 * W)), torch.randint(0, V, (N, 1))
    frequency = torch.from_numpy(np.random.default_rng(0).random(V, dtype=np.float32))
    label = torch.cat([torch.ones(N, 1), torch.zeros(N, K)], 1)

    def forward():
        h = into(contexts).mean(1)  # (N, H)
        negative = torch.multinomial(frequency, N * K, replacement=True).view(N, K)
        score = torch.bmm(out(torch.cat([target, negative], 1)), h[:, :, None])[:, :, 0]
        return F.binary_cross_entropy_with_logits(score, label, reduction="sum") / N

    return training(forward, [into, out], optimizer="SparseAdam")


def rnnlm(V, D, H, N, T, cell="lstm", layers=1, dropout=0.0, tied=False):
    """A recurrent language model: SGD, clipped at 0.25."""
    embed, drop, affine = nn.Embedding(V, D), nn.Dropout(dropout), nn.Linear(H, V)
    recurrent = getattr(nn, cell.upper())(D, H, layers, batch_first=True, dropout=dropout)
    if tied:
        affine.weight = embed.weight
    xs, ts = torch.randint(0, V, (2, N, T))
    state = None

    def forward():
        nonlocal state
        hs, state = recurrent(drop(embed(xs)), state)
        state = tuple(s.detach() for s in state) if cell == "lstm" else state.detach()
        return cross_entropy(affine(drop(hs)), ts)

    return training(forward, [embed, recurrent, affine], 0.25, "SGD", lr=1.0)


def seq2seq(model, V, D, H, N, T, S):
    """Sequence to sequence, model 'attention', 'peeky' or 'transformer': Adam, clipped at 5."""
    enc_embed, dec_embed = nn.Embedding(V, D), nn.Embedding(V, D)
    xs, ts = torch.randint(0, V, (N, T)), torch.randint(0, V, (N, S + 1))
    attention = model == "attention"

    if model == "transformer":
        nets = nn.Transformer(D, 4, 2, 2, H, dropout=0.0, batch_first=True, norm_first=True),
        table, affine = torch.randn(T, D), nn.Linear(D, V)
        causal = nn.Transformer.generate_square_subsequent_mask(S)

        def decode(source, target):  # (N, T, D), (N, S, D) -> (N, S, D)
            return nets[0](source + table, target + table[:S], tgt_mask=causal,
                           tgt_is_causal=True)
    else:
        nets = [nn.LSTM(size, H, batch_first=True) for size in (D, D if attention else D + H)]
        affine = nn.Linear(2 * H, V)

        def decode(source, target):  # (N, T, D), (N, S, D) -> (N, S, 2H)
            hs, (h, c) = nets[0](source)  # (N, T, H), (1, N, H)
            context = h[0][:, None, :].expand(-1, S, -1)
            into = target if attention else torch.cat([context, target], -1)
            out, _ = nets[1](into, (h, torch.zeros_like(c)))
            if attention:
                context = torch.softmax(out @ hs.mT, -1) @ hs
            return torch.cat([context, out], -1)

    def forward():
        return cross_entropy(affine(decode(enc_embed(xs), dec_embed(ts[:, :-1]))), ts[:, 1:])

    return training(forward, [enc_embed, dec_embed, *nets, affine], 5.0)


def ntm(batch, H, rows, width, controller):
    """The Neural Turing Machine on a Batch of ch08_attention/ntm/tasks.py: Adam, clipped at 10.

    One head reads, one writes, both addressed together; the order of reading and writing, the start
    and the sizes are those of TimeNTM.
    """
    x, t, mask = map(torch.from_numpy, batch)
    (N, _, D), B, t = x.shape, t.shape[2], t.float()[mask]
    cell = (nn.LSTMCell if controller == "lstm" else nn.Linear)(D + width, H)
    sizes = [2 * width, 2, 2, 2 * 3, 2, width, width]  # k beta g s gamma e a
    head_params, affine = nn.Linear(H, sum(sizes)), nn.Linear(H + width, B)

    def address(M, w, k, beta, g, s, gamma):
        w_c = torch.softmax(beta * (F.normalize(k, dim=2) @ F.normalize(M, dim=2).mT), 2)
        w_g = g * w_c + (1 - g) * w
        shifted = torch.stack([torch.roll(w_g, j, 2) for j in (-1, 0, 1)], 3)
        w_s = (shifted @ s[..., None])[..., 0]  # (N, 2, R, 3) -> (N, 2, R)
        powers = (w_s + 1e-20) ** gamma
        return powers / powers.sum(2, keepdim=True)

    def forward():
        M, r = torch.full((N, rows, width), 1e-6), torch.zeros(N, width)
        w, state, outs = torch.zeros(N, 2, rows), torch.zeros(2, N, H), []
        w[:, :, 0] = 1
        for now in x.unbind(1):
            into = torch.cat([now, r], 1)
            if controller == "lstm":
                state = cell(into, tuple(state))
                h = state[0]
            else:
                h = torch.tanh(cell(into))
            *five, e, a = head_params(h).split(sizes, 1)
            k, beta, g, s, gamma = (u.view(N, 2, -1) for u in five)
            w = address(M, w, torch.tanh(k), F.softplus(beta), torch.sigmoid(g),
                        torch.softmax(s, 2), 1 + F.softplus(gamma))
            r = (w[:, :1] @ M)[:, 0]  # (N, 1, R) (N, R, width)
            w_write, e, a = w[:, 1, :, None], torch.sigmoid(e)[:, None], torch.tanh(a)[:, None]
            M = M * (1 - w_write * e) + w_write @ a  # (N, R, 1) (N, 1, width)
            outs.append(torch.cat([h, r], 1))
        scores = affine(torch.stack(outs, 1))[mask]
        return F.binary_cross_entropy_with_logits(scores, t)

    return training(forward, [cell, head_params, affine], 10.0)
