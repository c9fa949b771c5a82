"""The training loops (sections 1.4.4 and 5.5.4)."""

import numpy as np

from dlfs2.reference.util import clip_grads, remove_duplicate


class Trainer:
    """Section 1.4.4. Batches in a new order each epoch; loss_list: means of eval_interval steps."""

    def __init__(self, model, optimizer):
        self.model = model
        self.optimizer = optimizer
        self.loss_list = []
        self.eval_interval = None
        self.current_epoch = 0

    def fit(self, x, t, max_epoch=10, batch_size=32, max_grad=None, eval_interval=20):
        """Each step: a batch, forward, backward, shared gradients summed and clipped, update."""
        data_size = len(x)
        max_iters = data_size // batch_size
        self.eval_interval = eval_interval
        model, optimizer = self.model, self.optimizer
        total_loss = 0
        loss_count = 0

        for _ in range(max_epoch):
            idx = np.random.permutation(data_size)
            x = x[idx]
            t = t[idx]

            for iters in range(max_iters):
                batch_x = x[iters * batch_size:(iters + 1) * batch_size]
                batch_t = t[iters * batch_size:(iters + 1) * batch_size]

                loss = model.forward(batch_x, batch_t)
                model.backward()
                params, grads = remove_duplicate(model.params, model.grads)
                if max_grad is not None:
                    clip_grads(grads, max_grad)
                optimizer.update(params, grads)
                total_loss += loss
                loss_count += 1

                if eval_interval is not None and iters % eval_interval == 0:
                    avg_loss = total_loss / loss_count
                    print(f"epoch {self.current_epoch + 1}, step {iters + 1}: loss {avg_loss:.2f}")
                    self.loss_list.append(float(avg_loss))
                    total_loss = 0
                    loss_count = 0

            self.current_epoch += 1

    def plot(self, ylim=None):
        """Draw loss_list."""
        from matplotlib import pyplot as plt
        if ylim is not None:
            plt.ylim(*ylim)
        plt.plot(self.loss_list, label="train")
        plt.xlabel(f"iterations (x{self.eval_interval})")
        plt.ylabel("loss")
        plt.show()


class RnnlmTrainer:
    """Section 5.5.4. Text in the order of time; ppl_list: perplexities of eval_interval steps."""

    def __init__(self, model, optimizer):
        self.model = model
        self.optimizer = optimizer
        self.time_idx = None
        self.ppl_list = None
        self.eval_interval = None
        self.current_epoch = 0

    def get_batch(self, x, t, batch_size, time_size):
        """Row i reads x and t from i (data_size // batch_size) on, time_size more at each call."""
        batch_x = np.zeros((batch_size, time_size), dtype=int)
        batch_t = np.zeros((batch_size, time_size), dtype=int)
        data_size = len(x)
        jump = data_size // batch_size
        offsets = [i * jump for i in range(batch_size)]                # where each row begins

        for time in range(time_size):
            for i, offset in enumerate(offsets):
                batch_x[i, time] = x[(offset + self.time_idx) % data_size]
                batch_t[i, time] = t[(offset + self.time_idx) % data_size]
            self.time_idx += 1
        return batch_x, batch_t

    def fit(self, xs, ts, max_epoch=10, batch_size=20, time_size=35, max_grad=None,
            eval_interval=20):
        """Each step: a batch, forward, backward, shared gradients summed and clipped, update."""
        data_size = len(xs)
        max_iters = data_size // (batch_size * time_size)
        self.time_idx = 0
        self.ppl_list = []
        self.eval_interval = eval_interval
        model, optimizer = self.model, self.optimizer
        total_loss = 0
        loss_count = 0

        for _ in range(max_epoch):
            for iters in range(max_iters):
                batch_x, batch_t = self.get_batch(xs, ts, batch_size, time_size)

                loss = model.forward(batch_x, batch_t)
                model.backward()
                params, grads = remove_duplicate(model.params, model.grads)
                if max_grad is not None:
                    clip_grads(grads, max_grad)
                optimizer.update(params, grads)
                total_loss += loss
                loss_count += 1

                if eval_interval is not None and iters % eval_interval == 0:
                    ppl = np.exp(total_loss / loss_count)
                    print(f"epoch {self.current_epoch + 1}, step {iters + 1}: perplexity {ppl:.2f}")
                    self.ppl_list.append(float(ppl))
                    total_loss = 0
                    loss_count = 0

            self.current_epoch += 1

    def plot(self, ylim=None):
        """Draw ppl_list."""
        from matplotlib import pyplot as plt
        if ylim is not None:
            plt.ylim(*ylim)
        plt.plot(self.ppl_list, label="train")
        plt.xlabel(f"iterations (x{self.eval_interval})")
        plt.ylabel("perplexity")
        plt.show()
