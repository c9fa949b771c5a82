// A look inside: all numbers come from the page's data; here they are shown, step by step.
const { panels, steps } = data, last = 2 * steps.length, nodes = [];
const at = { step: 0, panel: panels.length - 1, kind: 1, column: 0, unit: 0 };
let timer = null, palette;

function make(tag, set = {}, ...children) {
  const element = Object.assign(document.createElement(tag), set);
  element.append(...children);
  return element;
}

function draw(tag, set, ...children) {                       // the same for SVG
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(set)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const clamp = (x, low, high) => Math.max(low, Math.min(high, x));
const nameOf = kind => kind.name || kind.grad;
const row = (array, t) => array.v[Math.min(t, array.v.length - 1)];

// An array's number for a unit of a node so wide: (R, 1), (1, C) and (1, 1) stretch, as in NumPy.
function number(panel, name, t, unit, width) {
  const [R, C] = panel.arrays[name].shape, r = R > 1 ? Math.floor(unit / width) : 0;
  return row(panel.arrays[name], t)[r * C + (C > 1 ? unit % width : 0)];
}

function short(x) {
  const size = Math.abs(x);
  return x === 0 ? "0" : size < 0.001 || size >= 10000 ? x.toExponential(2) : x.toPrecision(3);
}

for (const panel of panels) for (const array of Object.values(panel.arrays)) {
  array.most = array.v.flat().reduce((most, x) => Math.max(most, Math.abs(x)), 1e-30);
}
const lengths = panels.flatMap(({ kinds, arrays }) => kinds.filter(kind => kind.grad)
  .flatMap(kind => arrays[kind.grad].length)).filter(x => x > 0);
const highest = Math.ceil(Math.log10(Math.max(...lengths)));
const lowest = Math.max(Math.floor(Math.log10(Math.min(...lengths))), highest - 8);
const share = x => clamp((Math.log10(x || 1e-30) - lowest) / (highest - lowest), 0, 1);

// Forward to the last column, then back to the first.
const forward = () => at.step <= steps.length;
const current = () => at.step ? steps[forward() ? at.step - 1 : last - at.step] : [[], 0];
function reached(p, t) {                                     // [values are there, gradients are]
  const place = steps.findIndex(([which, column]) => which.includes(p) && column === t);
  return [place < at.step, last - place <= at.step];
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  return ["--low", "--zero", "--high"].map(name => style.getPropertyValue(name)
    .match(/[\da-f]{2}/gi).map(part => parseInt(part, 16)));
}

function paint(canvas, values, [R, C], most, width, height) {
  const [low, zero, high] = palette, picture = new ImageData(C, R);
  values.forEach((x, i) => {
    const part = Math.min(1, Math.abs(x) / most), end = x < 0 ? low : high;
    picture.data.set([...zero.map((z, k) => z + part * (end[k] - z)), 255], 4 * i);
  });
  Object.assign(canvas, { width: C, height: R }).getContext("2d").putImageData(picture, 0, 0);
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
}

// Rows and columns in which a node is drawn: near a square, a column, or as it is.
function layout(kind, [R, C]) {
  const side = kind.look === "tall" ? 1 : C < 4 ? C : Math.ceil(Math.sqrt(C));
  return R > 1 ? [R, C] : [Math.ceil(C / side), side];
}

function heat(canvas, panel, kind, name, t, size) {
  const array = panel.arrays[name], [R, C] = layout(kind, array.shape);
  const cell = size ?? (kind.look === "tall" || array.shape[0] > 1 ? 5 : 20 / C);
  if (canvas.tagName === "CANVAS") {
    paint(canvas, row(array, t), [R, C], array.most, Math.max(C * cell, 6), Math.max(cell, 3) * R);
  } else canvas.textContent = short(row(array, t)[0]);       // of a single number
}

function pointed({ target, clientX, clientY }, kind, panel) {
  const box = target.getBoundingClientRect();
  const [R, C] = layout(kind, panel.arrays[nameOf(kind)].shape);
  return clamp(Math.floor((clientY - box.top) / box.height * R), 0, R - 1) * C
    + clamp(Math.floor((clientX - box.left) / box.width * C), 0, C - 1);
}

function node(panel, p, kind, k, t) {
  const single = kind.name && row(panel.arrays[kind.name], 0).length === 1;
  const v = kind.name ? make(single ? "span" : "canvas", { className: "v" }) : "";
  const g = kind.grad ? make("canvas", { className: "g" }) : "", bar = make("i");
  const length = kind.grad ? panel.arrays[kind.grad].length[t] : 0;
  bar.style.setProperty("--long", `${100 * share(length)}%`);
  const button = make("button", { type: "button", tabIndex: -1,
    ariaLabel: `${panel.title}, ${kind.title} ${nameOf(kind)}, step ${t + 1}`,
    title: kind.grad ? `|${kind.grad}| = ${short(length)}` : "",
    onclick: event => pick(p, k, t, event.target.tagName === "CANVAS" ? pointed(event, kind, panel)
      : at.unit) }, v, g, bar);
  nodes.push({ button, v, g, panel, kind, p, k, t });
  return button;
}

function net(panel, p) {
  const grid = make("div", { className: "grid" }), name = (...text) =>
    make("span", { className: "kind" }, ...text);
  grid.style.gridTemplateColumns = `auto repeat(${panel.tops.length}, minmax(max-content, 1fr))`;
  grid.append(name("input"), ...panel.tops.map(text => make("b", {}, text.trim() || "␣")));
  panel.kinds.forEach((kind, k) => grid.append(
    name(kind.title, make("code", {}, nameOf(kind))),
    ...panel.tops.map((_, t) => node(panel, p, kind, k, t))));
  if (panel.ends.length) grid.append(name("predicted"), ...panel.ends.map(
    ([word, chance, right, counts]) => make("span", { title: `right: ${right}`,
      className: `end ${word === right ? "right" : "wrong"}${counts ? "" : " free"}` },
    word.trim() || "␣", make("br"), chance)));
  return make("section", { className: "net" }, make("h2", {}, panel.title), grid);
}

// The lengths of the gradients of the states, on one logarithmic axis.
function curves() {
  const wide = 900, high = 150, T = Math.max(...panels.map(panel => panel.tops.length));
  const x = t => 40 + (wide - 230) * t / Math.max(T - 1, 1);
  const y = length => 8 + (high - 30) * (1 - share(length));
  const svg = draw("svg", { viewBox: `0 0 ${wide} ${high}`, role: "img",
    "aria-label": "length of the gradient of the state at each step" });
  for (let e = lowest; e <= highest; e++) svg.append(
    draw("line", { x1: 36, x2: wide - 185, y1: y(10 ** e), y2: y(10 ** e) }),
    draw("text", { x: 32, y: y(10 ** e) + 4, "text-anchor": "end" }, `1e${e}`));
  for (let t = 0; t < T; t++) svg.append(
    draw("text", { x: x(t), y: high - 6, "text-anchor": "middle" }, t + 1));
  panels.forEach((panel, p) => {
    const kind = panel.kinds.find(one => ["dh_next", "dh"].includes(one.grad));
    const { length } = panel.arrays[kind.grad], fill = ["--low", "--string", "--high"][p % 3];
    const ratio = seen => short(length[seen[0]] / length[length.length - 1]);
    const seen = panel.tops.map((_, t) => t).filter(t => reached(p, t)[1]);
    svg.append(
      draw("polyline", { style: `stroke: var(${fill})`,
        points: seen.map(t => `${x(t)},${y(length[t])}`).join(" ") }),
      ...seen.map(t => draw("circle", { cx: x(t), cy: y(length[t]), r: 3, fill: `var(${fill})` })),
      draw("text", { x: wide - 175, y: 20 + 18 * p, style: `fill: var(${fill}); font-weight: 600` },
        `${panel.title} ${seen.length ? `${short(length[seen[0]])} (× ${ratio(seen)})` : ""}`));
  });
  return svg;
}

// Values and gradients over all steps: units down, time across; columns, as attention, first.
function maps() {
  const all = panels.flatMap((panel, p) => panel.kinds.flatMap(kind => [kind.name, kind.grad]
    .map((name, way) => ({ panel, p, kind, name, way, array: panel.arrays[name] }))))
    .filter(({ array }) => array && array.shape[0] === 1 && array.shape[1] > 1);
  const tall = ({ kind }) => kind.look === "tall";
  return [...all.filter(tall), ...all.filter(one => !tall(one))].map(one => {
    const { panel, p, kind, name, way, array } = one, C = array.shape[1], T = panel.tops.length;
    const canvas = make("canvas"), cell = tall(one) ? 13 : clamp(200 / C, 3, 9);
    paint(canvas, Array.from({ length: C * T }, (_, i) => reached(p, i % T)[way]
      ? row(array, i % T)[Math.floor(i / T)] : 0), [C, T], array.most,
      (tall(one) ? 15 : 11) * T, cell * C);
    const label = text => make("span", {}, text.trim() || "␣");
    const named = tall(one) && panel.tops.every(top => top.length === 1);
    return make("figure", {},
      make("span", { className: "down" }, ...tall(one) ? kind.units.map(label) : []), canvas,
      make("span", { className: "across" }, ...named ? panel.tops.map(label) : []),
      make("figcaption", {}, panels.length > 1 ? `${panel.title} ` : "", make("code", {}, name),
        ` ±${short(array.most)}`));
  });
}

// A formula with letters, and with the numbers of one unit.
const letters = text => text.replace(/[{}]/g, "").replace(/ [@*] /g, " ")
  .replaceAll("**", "^").replaceAll(".T", "ᵀ");
const numbers = (panel, text, ...place) => text
  .replace(/{(.*?)}/g, (_, name) => short(number(panel, name, ...place)))
  .replace(/\+ -/g, "- ").replace(/([*-] )(-[\d.]+(e[+-]\d+)?)/g, "$1($2)")
  .replaceAll(" * ", " · ").replaceAll("**", "^");

function detail() {
  const { panel: p, kind: k, column: t } = at, panel = panels[p], kind = panel.kinds[k];
  const { shape: [R, C], all } = panel.arrays[nameOf(kind)], [there, back] = reached(p, t);
  const unit = at.unit = Math.min(at.unit, R * C - 1), place = [t, unit, C];
  const input = make("input", { type: "number", min: 1, max: R * C, value: unit + 1,
    ariaLabel: "unit", onchange: () => pick(p, k, t, clamp(input.value - 1 || 0, 0, R * C - 1)) });
  const shown = [there && kind.name, back && kind.grad].filter(Boolean).map(name => {
    const canvas = make("canvas", { onclick: event => pick(p, k, t, pointed(event, kind, panel)) });
    heat(canvas, panel, kind, name, t, clamp(140 / Math.max(...layout(kind, [R, C])), 5, 22));
    const [rows, columns] = layout(kind, [R, C]), mark = make("i");
    const side = [parseFloat(canvas.style.width) / columns, parseFloat(canvas.style.height) / rows];
    Object.assign(mark.style, { left: `${unit % columns * side[0]}px`, width: `${side[0]}px`,
      top: `${Math.floor(unit / columns) * side[1]}px`, height: `${side[1]}px` });
    return make("div", {}, make("code", {}, name),
      ` length ${short(panel.arrays[name].length[t])}`, make("figure", {}, canvas, mark),
      make("span", { className: "faint" }, `colours ±${short(panel.arrays[name].most)}`));
  });
  const which = R > 1 ? `row ${Math.floor(unit / C)}, column ${unit % C}` : kind.units[unit] ?? "";
  box.replaceChildren(
    make("h2", {}, `${panel.title}, step ${t + 1}: ${kind.title} `, make("code", {}, nameOf(kind))),
    make("div", { className: "pair" }, ...shown),
    R * C > 1 ? make("label", {}, "unit ", input,
      ` of ${R * C}${all > C ? ` (of ${R * all} in all)` : ""} ${which}`) : "",
    ...kind.lines.filter(line => line[2] ? back : there).flatMap(([name, text, isBack], n, all) => [
      make("p", { className: "faint" },
        n && all[n - 1][2] === isBack ? "" : isBack ? "back" : "forward"),
      make("div", { className: "line" }, `${letters(name)} = ${letters(text)}`),
      make("div", { className: "line" }, /^{[^}]*}$/.test(text) ? "= "   // one number, the result
        : `= ${numbers(panel, text, ...place)} = `,
        make("b", {}, short(number(panel, name, ...place))))]),
    make("p", { className: "faint" }, there ? "" : "This step is still to come. ",
      "← → a step, ↑ ↓ another kind of node, click a cell for its numbers"));
}

function pick(panel, kind, column, unit) {
  Object.assign(at, { panel, kind, column, unit });
  show();
}

function go(step) {
  at.step = clamp(step, 0, last);
  if (at.step === last) play(false);
  const [which, column] = current();
  if (which.length) at.column = column;
  if (which.length && !which.includes(at.panel)) at.panel = which[0];
  at.kind = Math.min(at.kind, panels[at.panel].kinds.length - 1);
  show();
}

function show() {
  const [which, column] = current(), { title, tops } = panels[which[0] ?? 0];
  for (const { button, kind, panel, p, k, t } of nodes) {
    const [value, back] = reached(p, t), is = { node: true, value, empty: !value,
      back: back && kind.grad, free: !kind.grad && panel.ends.length && !panel.ends[t][3],
      now: which.includes(p) && column === t,
      picked: p === at.panel && k === at.kind && t === at.column };
    button.className = Object.keys(is).filter(name => is[name]).join(" ");
    const room = button.parentNode.parentNode;
    if (is.now && k === 0) room.scrollLeft = button.offsetLeft - room.clientWidth / 2;
  }
  document.querySelectorAll(".net").forEach((section, p) => section.querySelectorAll(".end")
    .forEach((end, t) => end.classList.toggle("on", reached(p, t)[0])));
  now.textContent = !at.step ? "press → or ▶"
    : `${forward() ? "forward" : "back"}: ${which.length > 1 ? "" : `${title}, `}`
    + `step ${column + 1} of ${tops.length}: “${tops[column]}”`;
  slider.value = at.step;
  chart.replaceChildren(curves());
  over.replaceChildren(...maps());
  detail();
}

function play(on) {
  clearInterval(timer);
  timer = on ? setInterval(() => go(at.step + 1), 700) : null;
  button.textContent = on ? "❚❚" : "▶";
  if (on && at.step === last) go(0);
}

function repaint() {
  palette = colours();
  for (const { v, g, panel, kind, t } of nodes) {
    if (v) heat(v, panel, kind, kind.name, t);
    if (g) heat(g, panel, kind, kind.grad, t);
  }
  show();
}

const press = (text, ariaLabel, onclick) =>
  make("button", { type: "button", ariaLabel, onclick }, text);
const button = press("▶", "play", () => play(!timer));
const now = make("span", { id: "now", ariaLive: "polite" });
const slider = make("input", { type: "range", min: 0, max: last, value: 0, ariaLabel: "step",
  oninput: () => go(+slider.value) });
const box = make("aside", { id: "detail" }), chart = make("div");
const over = make("div", { className: "maps" });
document.getElementById("stage").append(
  make("div", { id: "controls" }, press("|◀", "a step back", () => go(at.step - 1)), button,
    press("▶|", "a step on", () => go(at.step + 1)), slider, now),
  make("div", { id: "legend" },
    make("span", {}, "values, and beside them gradients: −", make("i", { className: "ramp" }),
      "+, one scale for each row"),
    make("span", {}, "length of the gradient that arrives: ", make("i", { className: "bar" }),
      `1e${lowest}${share(Math.min(...lengths)) ? "" : " or less"} to 1e${highest}, `,
      "logarithmic, one scale for all")),
  make("div", { id: "room" }, make("div", {}, make("h2", {},
    "Length of the gradient of the state h, by step (× last step's)"), chart,
  ...panels.map(net)), box),
  make("h2", {}, "Over time: units down, steps across"), over);
repaint();
go(parseInt(location.hash.slice(1)) || 0);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
addEventListener("keydown", event => {
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!by || event.target === slider || event.target.type === "number" || event.altKey
    || event.ctrlKey || event.metaKey) return null;
  event.preventDefault();
  if (/Left|Right/.test(event.key)) return go(at.step + by);
  const rows = panels.flatMap((panel, p) => panel.kinds.map((_, k) => [p, k]));
  const here = rows.findIndex(([p, k]) => p === at.panel && k === at.kind);
  const [p, k] = rows[(here + by + rows.length) % rows.length];
  return pick(p, k, Math.min(at.column, panels[p].tops.length - 1), at.unit);
});

test("the slider walks to the end and back", () => {
  for (const end of [last, 0]) while (at.step !== end) {
    slider.value = at.step + (end ? 1 : -1);
    slider.dispatchEvent(new Event("input"));
  }
});

test("every node is drawn", () => {
  const many = panels.reduce((sum, panel) => sum + panel.kinds.length * panel.tops.length, 0);
  expect(document.querySelectorAll(".node").length === many, `there are not ${many}`);
  for (const { v, g } of nodes) for (const canvas of [v, g].filter(Boolean)) {
    expect(canvas.textContent || canvas.getContext("2d").getImageData(0, 0, 1, 1).data[3] === 255,
      "one is not");
  }
});

test("a click shows the numbers that NumPy found", () => {
  go(last);
  for (const [p, k, line, t, unit, result] of data.expected) {
    nodes.find(one => one.p === p && one.k === k && one.t === t).button.click();
    pick(p, k, t, unit);
    const shown = +box.querySelectorAll(".line b")[line].textContent;
    expect(Math.abs(shown - result) <= 0.006 * Math.abs(result) + 1e-12,
      `${panels[p].kinds[k].lines[line][0]} is ${result}, shown is ${shown}`);
  }
  expect(data.expected.length > 3, "nothing was expected");
});
