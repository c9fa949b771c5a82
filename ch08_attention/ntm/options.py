"""The options of train_ntm.py and their defaults, by task and model."""

from ch08_attention.ntm.ntm import CONTROLLERS
from ch08_attention.ntm.tasks import TASKS
from common.script import options

MODELS = ("ntm", "lstm")
SETTINGS = {"hidden_size": 100, "rows": 128, "width": 20, "heads": 1, "shifts": 1,
            "batch_size": 16, "iterations": 200, "max_epoch": 15, "small_epochs": 0, "lr": 0.003,
            "beta2": 0.99, "max_grad": 1.0}
MEMORY = ("controller", "rows", "width", "heads", "shifts")                       # of the NTM alone
OWN = {("model", "lstm"): {"hidden_size": 256, "lr": 0.001, **dict.fromkeys(MEMORY)},
       ("task", "repeat-copy"): {"max_epoch": 30, "small_epochs": 10, "heads": 2},
       ("task", "associative-recall"): {"max_epoch": 30, "lr": 0.005},
       ("task", "dynamic-n-grams"): {"max_epoch": 30, "heads": 2},
       ("task", "priority-sort"): {"max_epoch": 30, "heads": 4}}
QUICK = {"max_epoch": 2, "hidden_size": 16, "batch_size": 4, "iterations": 5}


def parse_options(doc, argv):
    """The options typed, for the script with the docstring `doc`."""
    parser = options(doc, figure=True, training=True, quick=QUICK)
    parser.add_argument("--task", choices=TASKS, default="copy")
    parser.add_argument("--model", choices=MODELS, default="ntm")
    parser.add_argument("--controller", choices=CONTROLLERS,
                        default=lambda args: "lstm" if args.model == "ntm" else None,
                        help="of the NTM (default lstm)")
    parser.add_settings(SETTINGS, own=OWN, lr="highest learning rate",
                        batch_size="sequences in a step, all of one length",
                        heads="heads that read, and as many that write",
                        hidden_size="size of the controller, or of each LSTM")
    parser.add_argument("--weights", default=lambda args: f"{args.model}_{args.task}.npz",
                        role="model", made_by="the same command without --draw",
                        help="the trained model (default <model>_<task>.npz)")
    parser.add_argument("--draw", action="store_true", role="instead",
                        help="do not train, but test and draw the model in --weights")
    args = parser.parse_args(argv)
    for option in MEMORY:
        if args.model == "lstm" and getattr(args, option) is not None:
            parser.error(f"--{option} is of the NTM: --model lstm has none")
    return args
