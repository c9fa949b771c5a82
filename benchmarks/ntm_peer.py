"""The Neural Turing Machine as a user of PyTorch writes it: eager, CPU, two threads, all heads together as in ours."""

from benchmarks.peers import torch


def torch_ntm_step(x, t, mask, H, rows, width, controller="lstm", heads=1, shifts=1):
    """A function that makes one training step on a Batch of ch08_attention/ntm/tasks.py: Adam, clipped at 10.

    `heads` read and as many write; the order of reading and writing, the start and the sizes are those of TimeNTM.
    """
    torch_ = torch()
    nn, F = torch_.nn, torch_.nn.functional
    (N, _, D), B, K = x.shape, t.shape[2], 2 * heads
    x, mask = torch_.from_numpy(x), torch_.from_numpy(mask)
    t = torch_.from_numpy(t).float()[mask]
    enters = D + heads * width
    cell = nn.LSTMCell(enters, H) if controller == "lstm" else nn.Linear(enters, H)
    sizes = [K * width, K, K, K * (2 * shifts + 1), K, heads * width, heads * width]          # k beta g s gamma e a
    orders, affine = nn.Linear(H, sum(sizes)), nn.Linear(H + heads * width, B)
    params = [p for layer in (cell, orders, affine) for p in layer.parameters()]
    optimizer = torch_.optim.Adam(params)

    def address(M, w, k, beta, g, s, gamma):
        w_c = torch_.softmax(beta * (F.normalize(k, dim=2) @ F.normalize(M, dim=2).transpose(1, 2)), 2)
        w_g = g * w_c + (1 - g) * w
        turned = torch_.stack([torch_.roll(w_g, j, 2) for j in range(-shifts, shifts + 1)], 3)
        w_s = (turned @ s[..., None])[..., 0]                # (N, K, R, 2S + 1) (N, K, 2S + 1, 1) -> (N, K, R)
        powers = (w_s + 1e-20) ** gamma
        return powers / powers.sum(2, keepdim=True)

    def step():
        M, w, r = torch_.full((N, rows, width), 1e-6), torch_.zeros(N, K, rows), torch_.zeros(N, heads * width)
        w[:, :, 0] = 1
        state = torch_.zeros(N, H), torch_.zeros(N, H)
        outs = []
        for now in x.unbind(1):
            into = torch_.cat([now, r], 1)
            if controller == "lstm":
                state = cell(into, state)
                h = state[0]
            else:
                h = torch_.tanh(cell(into))
            k, beta, g, s, gamma, e, a = (u.view(N, heads if i > 4 else K, -1)
                                          for i, u in enumerate(orders(h).split(sizes, 1)))
            w = address(M, w, torch_.tanh(k), F.softplus(beta), torch_.sigmoid(g), torch_.softmax(s, 2),
                        1 + F.softplus(gamma))
            r = (w[:, :heads] @ M).view(N, -1)
            e, a = torch_.sigmoid(e), torch_.tanh(a)
            for head in range(heads):
                M = M * (1 - w[:, heads + head, :, None] * e[:, head, None])
            M = M + w[:, heads:].transpose(1, 2) @ a
            outs.append(torch_.cat([h, r], 1))
        scores = affine(torch_.stack(outs, 1))[mask]
        loss = F.binary_cross_entropy_with_logits(scores, t)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(params, 10.0)
        optimizer.step()

    return step
