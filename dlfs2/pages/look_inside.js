// A look inside: all numbers come from the page's data; here they are shown, step by step.
const { panels, steps } = data, last = 2 * steps.length;
const at = { step: 0, panel: panels.length - 1, kind: 1, column: 0, unit: 0 }, nodes = [];
let timer = null;

// make("p", { className: "x" }, children...)
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

// An array of a panel at a step; its number for a unit: arrays (R, 1), (1, C) and (1, 1) stretch.
const row = (array, t) => array.v[Math.min(t, array.v.length - 1)];
function number(panel, name, t, unit, width) {
  const { shape: [R, C] } = panel.arrays[name], r = Math.floor(unit / width), c = unit % width;
  return row(panel.arrays[name], t)[(R > 1 ? r : 0) * C + (C > 1 ? c : 0)];
}

function short(x) {
  const size = Math.abs(x);
  return x === 0 ? "0" : size < 0.001 || size >= 10000 ? x.toExponential(2) : x.toPrecision(3);
}

// The largest value of an array: the end of its colours.
for (const panel of panels) for (const array of Object.values(panel.arrays)) {
  array.most = array.v.flat().reduce((most, x) => Math.max(most, Math.abs(x)), 1e-30);
}
const lengths = panels.flatMap(panel => panel.kinds.filter(kind => kind.grad)
  .flatMap(kind => panel.arrays[kind.grad].length)).filter(x => x > 0);
const top10 = Math.ceil(Math.log10(Math.max(...lengths)));
const low10 = Math.max(Math.floor(Math.log10(Math.min(...lengths))), top10 - 8);
const share = x => Math.max(0, Math.min(1, (Math.log10(x || 1e-30) - low10) / (top10 - low10)));

// Where a step is: forward to the last column, then back to the first.
const forward = () => at.step <= steps.length;
const current = () => steps[forward() ? at.step - 1 : last - at.step];
function reached(p, t) {                                     // [value is there, gradient is there]
  const place = steps.findIndex(([which, column]) => which.includes(p) && column === t);
  return [place < at.step, last - place <= at.step];
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  return ["--low", "--zero", "--high"].map(name => style.getPropertyValue(name).trim().slice(1)
    .match(/../g).map(part => parseInt(part, 16)));
}

function paint(canvas, values, [R, C], most) {
  const [low, zero, high] = palette, picture = new ImageData(C, R);
  values.forEach((x, i) => {
    const part = Math.min(1, Math.abs(x) / most), end = x < 0 ? low : high;
    for (let k = 0; k < 3; k++) picture.data[4 * i + k] = zero[k] + part * (end[k] - zero[k]);
    picture.data[4 * i + 3] = 255;
  });
  Object.assign(canvas, { width: C, height: R }).getContext("2d").putImageData(picture, 0, 0);
}

// Rows and columns in which a kind's values are drawn; a last row may have room left.
function layout(kind, shape) {
  const size = shape[0] * shape[1];
  if (shape[0] > 1) return shape;
  if (kind.look === "tall") return [size, 1];
  const C = size < 4 ? size : Math.ceil(Math.sqrt(size));
  return [Math.ceil(size / C), C];
}

const nameOf = kind => kind.name || kind.grad;
function picture(canvas, panel, kind, name, t, cell) {
  const shape = layout(kind, panel.arrays[name].shape);
  if (canvas.tagName !== "CANVAS") return void (canvas.textContent = short(row(panel.arrays[name], t)[0]));
  paint(canvas, row(panel.arrays[name], t), shape, panel.arrays[name].most);
  const side = cell || (kind.look === "tall" || panel.arrays[name].shape[0] > 1 ? 5 : 20 / shape[1]);
  canvas.style.width = `${Math.max(shape[1] * side, 6)}px`;
  canvas.style.height = `${shape[0] * Math.max(side, 3)}px`;
}

function net(panel, p) {
  const grid = make("div", { className: "grid" });
  grid.style.gridTemplateColumns = `auto repeat(${panel.tops.length}, minmax(max-content, 1fr))`;
  grid.append(make("span", { className: "kind faint" }, "input"),
    ...panel.tops.map(text => make("b", {}, text.trim() ? text : "␣")));
  panel.kinds.forEach((kind, k) => {
    grid.append(make("span", { className: "kind" }, kind.title, " ",
      make("small", {}, make("code", {}, nameOf(kind)))));
    panel.tops.forEach((_, t) => {
      const single = kind.name && row(panel.arrays[kind.name], 0).length === 1;
      const v = kind.name ? make(single ? "span" : "canvas", { className: "v" }) : "";
      const g = kind.grad ? make("canvas", { className: "g" }) : "";
      const length = kind.grad && panel.arrays[kind.grad].length[t], bar = make("i");
      bar.style.setProperty("--long", `${100 * share(length)}%`);
      const node = make("button", { type: "button", tabIndex: -1, onclick: event => {
        const spot = event.target.tagName === "CANVAS" && pointed(event, kind, panel);
        pick(p, k, t, spot === false ? at.unit : spot);
      } }, v, g, bar);
      node.ariaLabel = `${panel.title}, ${kind.title} ${nameOf(kind)}, step ${t + 1}`;
      node.title = kind.grad ? `|${kind.grad}| = ${short(length)}` : "";
      nodes.push({ node, v, g, panel, kind, p, k, t });
      grid.append(node);
    });
  });
  if (panel.ends.length) grid.append(make("span", { className: "kind faint" }, "predicted"),
    ...panel.ends.map(([word, chance, right, counts]) => make("span", { title: `right: ${right}`,
      className: `end ${word === right ? "right" : "wrong"}${counts ? "" : " free"}` },
    word.trim() ? word : "␣", make("br"), chance)));
  return make("section", { className: "net" }, make("h2", {}, panel.title), grid);
}

function pointed(event, kind, panel) {
  const box = event.target.getBoundingClientRect();
  const [R, C] = layout(kind, panel.arrays[nameOf(kind)].shape);
  const inside = (x, size, many) => Math.max(0, Math.min(many - 1, Math.floor(x / size * many)));
  return inside(event.clientY - box.top, box.height, R) * C + inside(event.clientX - box.left, box.width, C);
}

// The lengths of the gradients of the states, all panels on one logarithmic axis.
function curves() {
  const rows = panels.map((panel, p) => [panel, p, panel.kinds.find(kind =>
    ["dh_next", "dh"].includes(kind.grad))]);
  const wide = 900, high = 150, T = Math.max(...panels.map(panel => panel.tops.length));
  const x = t => 40 + (wide - 190) * (T > 1 ? t / (T - 1) : 0), y = v => 8 + (high - 30) * (1 - share(v));
  const svg = draw("svg", { viewBox: `0 0 ${wide} ${high}`, role: "img",
    "aria-label": "length of the gradient of the state at each step" });
  for (let e = low10; e <= top10; e++) svg.append(
    draw("line", { class: "tick", x1: 36, x2: wide - 150, y1: y(10 ** e), y2: y(10 ** e) }),
    draw("text", { x: 32, y: y(10 ** e) + 4, "text-anchor": "end" }, `1e${e}`));
  for (const [panel, p, kind] of rows) {
    const colour = ["var(--low)", "var(--string)", "var(--high)"][p % 3];
    const seen = panel.tops.map((_, t) => t).filter(t => reached(p, t)[1]);
    const spot = t => [x(t), y(panel.arrays[kind.grad].length[t])];
    svg.append(draw("polyline", { points: seen.map(t => spot(t).join()).join(" "), stroke: colour }),
      ...seen.map(t => draw("circle", { cx: spot(t)[0], cy: spot(t)[1], r: 3, fill: colour })),
      draw("text", { x: wide - 144, y: 22 + 18 * p, style: `fill: ${colour}; font-weight: 600` },
        `${panel.title} |${kind.grad}|${seen.length ? ` ${short(panel.arrays[kind.grad].length[seen[0]])}` : ""}`));
  }
  panels[0].tops.forEach((_, t) => svg.append(
    draw("text", { x: x(t), y: high - 6, "text-anchor": "middle" }, t + 1)));
  return svg;
}

// Values and gradients of a kind over all steps: units down, time across.
function maps() {
  return panels.map((panel, p) => make("div", { className: "maps" }, ...panel.kinds.flatMap(kind =>
    [kind.name, kind.grad].filter(name => name && panel.arrays[name].shape[0] === 1
      && panel.arrays[name].shape[1] > 1).map(name => {
      const canvas = make("canvas"), T = panel.tops.length, C = panel.arrays[name].shape[1];
      const values = Array.from({ length: C * T }, (_, i) => reached(p, i % T)[name === kind.name ? 0 : 1]
        ? row(panel.arrays[name], i % T)[Math.floor(i / T)] : 0);
      paint(canvas, values, [C, T], panel.arrays[name].most);
      canvas.style.width = `${11 * T}px`;
      canvas.style.height = `${Math.max(3, Math.min(9, 200 / C)) * C}px`;
      return make("figure", {}, canvas, make("figcaption", {},
        panels.length > 1 ? `${panel.title}: ` : "", make("code", {}, name),
        ` ±${short(panel.arrays[name].most)}`));
    }))));
}

// A formula with letters, and with the numbers of one unit.
const letters = text => text.replace(/[{}]/g, "").replace(/ @ | \* /g, " ").replaceAll("**", "^")
  .replaceAll(".T", "ᵀ");
function numbers(panel, text, t, unit, width) {
  return text.replace(/{(.*?)}/g, (_, name) => short(number(panel, name, t, unit, width)))
    .replace(/([*+-] )(-[\d.e+-]+)/g, "$1($2)").replaceAll("+ (-", "- (").replace(/- \(([\d.e+-]+)\)/g, "- $1")
    .replaceAll(" * ", " · ").replaceAll("**", "^");
}

function detail() {
  const panel = panels[at.panel], kind = panel.kinds[at.kind], t = at.column;
  const array = panel.arrays[nameOf(kind)], size = array.shape[0] * array.shape[1];
  const there = reached(at.panel, t), unit = at.unit = Math.min(at.unit, size - 1);
  const input = make("input", { type: "number", min: 1, max: size, value: unit + 1, ariaLabel: "unit",
    onchange: () => pick(at.panel, at.kind, t, Math.max(0, Math.min(size - 1, input.value - 1 || 0))) });
  const pair = [[kind.name, 0], [kind.grad, 1]].filter(([name, way]) => name && there[way]).map(([name]) => {
    const [R, C] = layout(kind, array.shape), cell = Math.max(5, Math.min(22, 170 / Math.max(R, C)));
    const canvas = make("canvas", { onclick: event => pick(at.panel, at.kind, t, pointed(event, kind, panel)) });
    picture(canvas, panel, kind, name, t, cell);
    return make("div", {}, make("code", {}, name), `  length ${short(panel.arrays[name].length[t])}`, canvas,
      make("span", { className: "faint" }, `colours ±${short(panel.arrays[name].most)}`));
  });
  const lines = kind.lines.filter(([, , back]) => there[+back]).flatMap(([name, text, back]) => [
    make("p", { className: "faint" }, back ? "back" : "forward"),
    make("div", { className: "line" }, `${letters(name)} = ${letters(text)}`),
    make("div", { className: "line" }, `= ${numbers(panel, text, t, unit, array.shape[1])} = `,
      make("b", {}, short(number(panel, name, t, unit, array.shape[1]))))]);
  const where = array.shape[0] > 1 ? `row ${Math.floor(unit / array.shape[1])}, column ${unit % array.shape[1]}` : "";
  box.replaceChildren(make("h2", {}, `${panel.title}, step ${t + 1}: ${kind.title} `, make("code", {}, nameOf(kind))),
    make("div", { className: "pair" }, ...pair),
    size > 1 ? make("label", {}, "unit ", input, ` of ${size} ${where || (kind.units[unit] ?? "")}`) : "",
    ...(there[0] ? lines : [make("p", { className: "faint" }, "This step is still to come.")]),
    make("p", { className: "faint" }, "← → step · ↑ ↓ another kind of node · click a cell for its numbers"));
}

function pick(panel, kind, column, unit) {
  Object.assign(at, { panel, kind, column, unit });
  show();
}

function go(step) {
  at.step = Math.max(0, Math.min(last, step));
  if (at.step === last) play(false);
  const [which, column] = at.step ? current() : [[at.panel], 0];
  if (which.includes(at.panel)) at.column = column;
  else if (at.step) Object.assign(at, { panel: which[0], column, kind: Math.min(at.kind, panels[which[0]].kinds.length - 1) });
  show();
}

function show() {
  const [which, column] = at.step ? current() : [[], 0];
  for (const { node, kind, p, k, t } of nodes) {
    const [value, back] = reached(p, t);
    node.className = `node ${value ? "value" : "empty"} ${back && kind.grad ? "back" : ""}`
      + `${!kind.grad && panels[p].ends.length && !panels[p].ends[t][3] ? " free" : ""}`
      + `${which.includes(p) && column === t ? " now" : ""}`
      + `${p === at.panel && k === at.kind && t === at.column ? " picked" : ""}`;
  }
  document.querySelectorAll(".net").forEach((section, p) => section.querySelectorAll(".end").forEach(
    (end, t) => end.classList.toggle("on", reached(p, t)[0])));
  const name = at.step ? `${panels[which[0]].title}`.replace(/.*/, text => which.length > 1 ? "" : `${text}, `) : "";
  now.textContent = !at.step ? "press → or ▶" : `${forward() ? "forward" : "back"}: ${name}step ${column + 1}`
    + ` of ${panels[which[0]].tops.length}, input “${panels[which[0]].tops[column]}”`;
  slider.value = at.step;
  chart.replaceChildren(curves());
  over.replaceChildren(make("h2", {}, "Over time: units down, steps across"), ...maps());
  detail();
}

function play(on) {
  clearInterval(timer);
  timer = on ? setInterval(() => go(at.step + 1), 700) : null;
  button.textContent = on ? "❚❚" : "▶";
  if (on && at.step === last) go(0);
}

let palette = colours();
const press = (text, ariaLabel, onclick) => make("button", { type: "button", ariaLabel, onclick }, text);
const slider = make("input", { type: "range", min: 0, max: last, value: 0, ariaLabel: "step",
  oninput: () => go(+slider.value) });
const button = press("▶", "play", () => play(!timer)), now = make("span", { id: "now" });
now.ariaLive = "polite";
const box = make("aside", { id: "detail" }), chart = make("div"), over = make("section");
document.getElementById("stage").append(
  make("div", { id: "controls" }, press("◀", "a step back", () => go(at.step - 1)), button,
    press("▶|", "a step on", () => go(at.step + 1)), slider, now),
  make("div", { id: "legend" },
    make("span", {}, "values and gradients: −", make("i", { className: "ramp" }), "+ (one scale for each row)"),
    make("span", {}, "length of the gradient: ", make("i", { className: "bar" }), `1e${low10} to 1e${top10}, logarithmic`)),
  make("div", { id: "room" }, make("div", {}, make("h2", {}, "Length of the gradient of the state, by step"), chart,
    ...panels.map(net)), box), over);

function repaint() {
  palette = colours();
  for (const { v, g, panel, kind, t } of nodes) {
    if (kind.name) picture(v, panel, kind, kind.name, t);
    if (kind.grad) picture(g, panel, kind, kind.grad, t);
  }
  show();
}
repaint();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);

addEventListener("keydown", event => {
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!by || event.target.tagName === "INPUT" || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (/Left|Right/.test(event.key)) return go(at.step + by);
  const many = panels[at.panel].kinds.length;
  pick(at.panel, (at.kind + by + many) % many, at.column, at.unit);
});

test("the slider walks to the end and back", () => {
  for (const end of [last, 0]) while (at.step !== end) {
    slider.value = at.step + (end ? 1 : -1);
    slider.dispatchEvent(new Event("input"));
  }
  expect(at.step === 0, "it did not come back");
});

test("every node is drawn", () => {
  const many = panels.reduce((sum, panel) => sum + panel.kinds.length * panel.tops.length, 0);
  expect(document.querySelectorAll(".node").length === many, `not all of ${many}`);
  for (const { v, g, kind } of nodes) for (const [canvas, name] of [[v, kind.name], [g, kind.grad]]) {
    expect(!name || canvas.textContent || canvas.getContext("2d").getImageData(0, 0, 1, 1).data[3] === 255, `${name} is not`);
  }
});

test("a click shows the numbers that NumPy found", () => {
  go(last);
  for (const [p, k, line, t, unit, result] of data.expected) {
    nodes.find(one => one.p === p && one.k === k && one.t === t).node.click();
    pick(p, k, t, unit);
    const shown = +box.querySelectorAll(".line b")[line].textContent;
    expect(Math.abs(shown - result) <= 0.006 * Math.abs(result) + 1e-12,
      `${panels[p].kinds[k].lines[line][0]} is ${result}, shown is ${shown}`);
  }
  expect(data.expected.length > 3, "nothing was expected");
});
