"""The figure of vector_grid.py (section 4.4.2)."""


def draw_vector_grid(figure, rows, header, args):
    """Two panels, semantic and syntactic: shares against the corpus, for the longest vectors."""
    D = max(args.dimensions)
    for k, axes in enumerate(figure.subplots(1, 2, sharey=True)):
        for model in args.models:
            axes.plot(args.sizes, [row[3 + k] for row in rows if (row[0], row[2]) == (model, D)],
                      marker="o", label=model)
        axes.set(xscale="log", xlabel="tokens [thousands]",
                 title=f"{header[3 + k]}, {D} dimensions")
        axes.set_xticks(args.sizes, [f"{tokens / 1000:g}" for tokens in args.sizes])
        axes.minorticks_off()
        axes.set_ylabel("analogies solved [%]" if k == 0 else "")
    axes.legend()
