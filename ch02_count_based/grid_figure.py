"""The figure of count_grid.py (sections 2.4, 4.4.2)."""

STYLES = ("-", "--", ":", "-.")                              # of the lines in the figure, by alpha


def draw_count_grid(figure, results, args, titles):
    """Two panels, pairs and analogies: lines for each alpha (style) and weight (colour)."""
    panels = figure.subplots(1, 2)
    for (alpha, weight), points in results.items():
        windows, *scores = zip(*points)
        for axes, values in zip(panels, scores):
            axes.plot(windows, values, STYLES[args.alphas.index(alpha) % len(STYLES)], marker="o",
                      markersize=4, color=f"C{args.eigenvalue_weights.index(weight)}",
                      label=f"alpha {alpha:g}, weight {weight:g}")
    for axes, title, label in zip(panels, titles,
                                  ("Spearman's rank correlation", "analogies solved [%]")):
        axes.set(xlabel="window [words on each side]", ylabel=label, title=title, xticks=windows)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside right center")
