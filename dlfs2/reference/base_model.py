"""What all models from chapter 6 on have in common (section 6.4)."""


class BaseModel:
    """Parallel params and grads; forward gives the loss. Files are left out."""

    def __init__(self):
        self.params = None
        self.grads = None

    def forward(self, *args):
        raise NotImplementedError

    def backward(self, *args):
        raise NotImplementedError
