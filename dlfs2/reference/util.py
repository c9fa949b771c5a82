"""Between backward and update, and what is measured (sections 3.4, 6.1.4, 6.4, 6.5.3 and 7.3.4)."""

import numpy as np


def clip_grads(grads, max_norm):
    """Section 6.1.4: where ||g|| > max_norm, g *= max_norm / ||g||, of all gradients together."""
    total_norm = 0
    for grad in grads:
        total_norm += np.sum(grad ** 2)
    total_norm = np.sqrt(total_norm)

    rate = max_norm / (total_norm + 1e-6)
    if rate < 1:
        for grad in grads:
            grad *= rate


def remove_duplicate(params, grads):
    """Sections 3.4, 6.5.3: a weight that layers share once, its gradients added up."""
    params = params[:]
    grads = grads[:]
    i = 0
    while i < len(params):
        j = i + 1
        while j < len(params):
            if params[i] is params[j]:
                grads[i] += grads[j]
                params.pop(j)
                grads.pop(j)
            elif np.may_share_memory(params[i], params[j]):            # tied: W and W.T
                grads[i] += grads[j].T
                params.pop(j)
                grads.pop(j)
            else:
                j += 1
        i += 1
    return params, grads


def eval_perplexity(model, corpus, batch_size=10, time_size=35):
    """Section 6.4: e^(mean loss) over the corpus, read by batch_size readers side by side."""
    corpus_size = len(corpus)
    max_iters = (corpus_size - 1) // (batch_size * time_size)
    jump = (corpus_size - 1) // batch_size
    total_loss = 0
    model.reset_state()
    for iters in range(max_iters):
        xs = np.zeros((batch_size, time_size), dtype=int)
        ts = np.zeros((batch_size, time_size), dtype=int)
        time_offset = iters * time_size
        for i in range(batch_size):
            for t in range(time_size):
                offset = i * jump + time_offset
                xs[i, t] = corpus[offset + t]
                ts[i, t] = corpus[offset + t + 1]
        try:
            loss = model.forward(xs, ts, train_flg=False)
        except TypeError:                          # a model without dropout
            loss = model.forward(xs, ts)
        total_loss += loss
    return np.exp(total_loss / max_iters)


def eval_seq2seq(model, question, correct, id_to_char, verbose=False, is_reverse=False):
    """Section 7.3.4: 1 if the model's answer is right to the last character, else 0."""
    correct = correct.flatten()
    start_id = correct[0]                          # the mark before the answer
    correct = correct[1:]
    guess = model.generate(question, start_id, len(correct))

    question = "".join([id_to_char[int(c)] for c in question.flatten()])
    correct = "".join([id_to_char[int(c)] for c in correct])
    guess = "".join([id_to_char[int(c)] for c in guess])
    if verbose:
        if is_reverse:
            question = question[::-1]
        print("Q", question)
        print("T", correct)
        print("O" if guess == correct else "X", guess)
        print("---")
    return 1 if guess == correct else 0
