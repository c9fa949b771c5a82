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


def torch_lm_step(V, D, H, N, T, cell="lstm", layers=1, dropout=0.0, tied=False):
    """A function that makes one training step of a recurrent language model: SGD, gradients clipped at 0.25."""
    torch_ = torch()
    nn = torch_.nn

    class LanguageModel(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed, self.drop = nn.Embedding(V, D), nn.Dropout(dropout)
            Cell = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[cell]
            self.recurrent = Cell(D, H, layers, batch_first=True, dropout=dropout)
            self.affine = nn.Linear(H, V)
            if tied:
                self.affine.weight = self.embed.weight

        def forward(self, xs, state):
            hs, state = self.recurrent(self.drop(self.embed(xs)), state)
            return self.affine(self.drop(hs)), state

    model, state = LanguageModel(), None
    optimizer = torch_.optim.SGD(model.parameters(), lr=1.0)
    xs, ts = torch_.randint(0, V, (N, T)), torch_.randint(0, V, (N, T))

    def step():
        nonlocal state
        scores, state = model(xs, state)
        state = tuple(s.detach() for s in state) if cell == "lstm" else state.detach()
        loss = nn.functional.cross_entropy(scores.reshape(-1, V), ts.reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.25)
        optimizer.step()

    return step


def torch_seq2seq_step(V, D, H, N, T, S, model):
    """A function that makes one training step of sequence to sequence, model 'attention' or 'peeky': Adam, clipped at 5."""
    torch_ = torch()
    nn = torch_.nn
    attention = model == "attention"
    enc_embed, encoder = nn.Embedding(V, D), nn.LSTM(D, H, batch_first=True)
    dec_embed, decoder = nn.Embedding(V, D), nn.LSTM(D if attention else D + H, H, batch_first=True)
    affine = nn.Linear(2 * H, V)
    params = [p for layer in (enc_embed, encoder, dec_embed, decoder, affine) for p in layer.parameters()]
    optimizer = torch_.optim.Adam(params)
    xs, ts = torch_.randint(0, V, (N, T)), torch_.randint(0, V, (N, S + 1))

    def step():
        hs, (h, c) = encoder(enc_embed(xs))
        start, into = (h, torch_.zeros_like(c)), dec_embed(ts[:, :-1])
        if attention:
            out, _ = decoder(into, start)
            seen = torch_.softmax(out @ hs.transpose(1, 2), -1) @ hs
        else:
            seen = h[0][:, None, :].expand(-1, S, -1)
            out, _ = decoder(torch_.cat([seen, into], -1), start)
        scores = affine(torch_.cat([seen, out], -1))
        loss = nn.functional.cross_entropy(scores.reshape(-1, V), ts[:, 1:].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(params, 5.0)
        optimizer.step()

    return step


def torch_transformer_step(V, D, F, heads, layers, N, T, S):
    """A function that makes one training step of nn.Transformer, without dropout, norm first: Adam, clipped at 5."""
    torch_ = torch()
    nn = torch_.nn
    enc_embed, dec_embed, affine = nn.Embedding(V, D), nn.Embedding(V, D), nn.Linear(D, V)
    table = torch_.randn(T, D)
    transformer = nn.Transformer(D, heads, layers, layers, F, dropout=0.0, batch_first=True, norm_first=True)
    params = [p for layer in (enc_embed, dec_embed, transformer, affine) for p in layer.parameters()]
    optimizer = torch_.optim.Adam(params)
    causal = nn.Transformer.generate_square_subsequent_mask(S)
    xs, ts = torch_.randint(0, V, (N, T)), torch_.randint(0, V, (N, S + 1))

    def step():
        hs = transformer(enc_embed(xs) + table, dec_embed(ts[:, :-1]) + table[:S], tgt_mask=causal, tgt_is_causal=True)
        loss = nn.functional.cross_entropy(affine(hs).reshape(-1, V), ts[:, 1:].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(params, 5.0)
        optimizer.step()

    return step
