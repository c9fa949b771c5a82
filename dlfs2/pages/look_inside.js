// A look inside: all numbers come from the page's data; here they are shown, step by step.
const { panels, steps } = data, last = 2 * steps.length;
const nodes = [], canvases = [];                             // what follows the step, the colours
const picked = { p: panels.length - 1, k: 1, t: 0, unit: 0 };               // panel, kind, column
let step = 1, palette;

const nameOf = kind => kind.name || kind.grad;
const row = (array, t) => array.v[Math.min(t, array.v.length - 1)];
const visible = text => text.trim() || "␣";

// An array's number for a unit of a node so wide: (R, 1), (1, C) and (1, 1) stretch, as in NumPy.
function number(panel, name, t, unit, width) {
  const [R, C] = panel.arrays[name].shape, r = R > 1 ? Math.floor(unit / width) : 0;
  return row(panel.arrays[name], t)[r * C + (C > 1 ? unit % width : 0)];
}

function short(x) {
  const size = Math.abs(x);
  return x === 0 ? "0" : size < 0.001 || size >= 10000 ? x.toExponential(2) : x.toPrecision(3);
}

const lengths = panels.flatMap(({ kinds, arrays }) => kinds.filter(kind => kind.grad)
  .flatMap(kind => arrays[kind.grad].length)).filter(x => x > 0);
const highest = Math.ceil(Math.log10(Math.max(...lengths)));
const lowest = Math.max(Math.floor(Math.log10(Math.min(...lengths))), highest - 8);
const share = x => within((Math.log10(x || 1e-30) - lowest) / (highest - lowest), 0, 1);

// Forward to the last column, then back to the first.
const forward = () => step <= steps.length;
const current = () => steps[forward() ? step - 1 : last - step];
function reached(p, t) {                                     // [values are there, gradients are]
  const place = steps.findIndex(([which, column]) => which.includes(p) && column === t);
  return [place < step, last - place <= step];
}

function paint(canvas, values, columns, most, wide, high = wide) {
  const pen = canvas.getContext("2d");
  canvas.width = columns * wide;
  canvas.height = Math.ceil(values.length / columns) * high;
  values.forEach((x, i) => {
    const cell = [i % columns * wide, Math.floor(i / columns) * high, wide, high];
    for (const [name, alpha] of [["zero", 1], [x < 0 ? "low" : "high", Math.abs(x) / most]]) {
      Object.assign(pen, { fillStyle: palette[name], globalAlpha: alpha }).fillRect(...cell);
    }
  });
}

// How many units of a node stand side by side: as in the matrix, one, or near a square.
const columnsOf = (kind, [R, C]) => R > 1 ? C : kind.tall ? 1 : Math.ceil(Math.sqrt(C));

function heat(canvas, array, kind, t, size) {
  paint(canvas, row(array, t), columnsOf(kind, array.shape), array.most, size);
}

function node(panel, p, kind, k, t) {
  const parts = [[kind.name, "v"], [kind.grad, "g"]].filter(([name]) => name);
  const pictures = parts.map(([name, className]) => {
    const array = panel.arrays[name], [R, C] = array.shape;
    if (R * C === 1) return make("span", { className }, short(row(array, t)[0]));
    const canvas = make("canvas", { className });
    const size = kind.tall || R > 1 ? 5 : Math.round(20 / columnsOf(kind, [R, C]));
    canvases.push([canvas, array, kind, t, size]);
    return canvas;
  });
  const length = kind.grad ? panel.arrays[kind.grad].length[t] : 0, bar = make("i");
  bar.style.setProperty("--long", `${100 * share(length)}%`);
  const title = `${panel.title}, ${kind.title} ${nameOf(kind)}, step ${t + 1}`
    + (kind.grad ? `, |${kind.grad}| = ${short(length)}` : "");
  const free = !kind.grad && panel.ends.length && !panel.ends[t][3] ? " free" : "";
  const element = make("button", { title, className: `node${free}`,
    onclick: () => pick({ p, k, t }) }, ...pictures, bar);
  nodes.push({ element, p, k, t });
  return element;
}

function end([word, chance, right, counts], p, t) {          // what is predicted at a step
  const element = make("span", { title: `right: ${right}`,
    className: `end ${word === right ? "right" : "wrong"}${counts ? "" : " free"}` },
  visible(word), make("br"), chance);
  nodes.push({ element, p, t });
  return element;
}

function net(panel, p) {
  const grid = make("div", { className: "grid" });
  const name = (...text) => make("span", { className: "kind" }, ...text);
  grid.style.gridTemplateColumns = `auto repeat(${panel.tops.length}, minmax(max-content, 1fr))`;
  grid.append(name("input"), ...panel.tops.map(text => make("b", {}, visible(text))));
  panel.kinds.forEach((kind, k) => grid.append(name(kind.title, make("code", {}, nameOf(kind))),
    ...panel.tops.map((_, t) => node(panel, p, kind, k, t))));
  if (panel.ends.length) {
    grid.append(name("predicted"), ...panel.ends.map((one, t) => end(one, p, t)));
  }
  return make("section", { className: "net" }, make("h2", {}, panel.title), grid);
}

// The lengths of the gradients of the states, on one logarithmic axis.
function curves() {
  const T = Math.max(...panels.map(panel => panel.tops.length));
  const x = t => 40 + 670 * t / Math.max(T - 1, 1), y = length => 128 - 120 * share(length);
  let svg = "";
  for (let e = lowest; e <= highest; e++) {
    svg += `<path d="M36 ${y(10 ** e)}H715"/><text x="2" y="${y(10 ** e) + 4}">1e${e}</text>`;
  }
  for (let t = 0; t < T; t++) svg += `<text x="${x(t) - 3}" y="144">${t + 1}</text>`;
  panels.forEach((panel, p) => {
    const { grad } = panel.kinds.find(kind => ["dh_next", "dh"].includes(kind.grad));
    const { length } = panel.arrays[grad], seen = length.map((_, t) => reached(p, t)[1]);
    const places = length.map((one, t) => [x(t), y(one)]).filter((_, t) => seen[t]);
    const first = length[seen.indexOf(true)], ratio = short(first / length.at(-1));
    svg += `<g style="--curve: var(${["--low", "--string", "--high"][p]})">
      <polyline points="${places.join(" ")}"/>
      ${places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3"/>`).join("")}
      <text x="725" y="${20 + 18 * p}">${panel.title}
      ${places.length ? `${short(first)} (× ${ratio})` : ""}</text></g>`;
  });
  return `<svg viewBox="0 0 900 150">${svg}</svg>`;
}

// Values and gradients over all steps: units down, time across; columns, as attention, first.
function maps() {
  const all = panels.flatMap((panel, p) => panel.kinds.flatMap(kind => [kind.name, kind.grad]
    .map((name, way) => ({ panel, p, kind, name, way, array: panel.arrays[name] }))))
    .filter(({ array }) => array && array.shape[0] === 1 && array.shape[1] > 1);
  return all.sort((a, b) => b.kind.tall - a.kind.tall).map(map);
}

function map({ panel, p, kind: { tall, units }, name, way, array }) {
  const C = array.shape[1], T = panel.tops.length, canvas = make("canvas");
  const values = Array.from({ length: C * T }, (_, i) =>
    reached(p, i % T)[way] ? row(array, i % T)[Math.floor(i / T)] : 0);
  paint(canvas, values, T, array.most, tall ? 15 : 11,
    tall ? 13 : Math.round(within(200 / C, 3, 9)));
  const label = text => make("span", {}, visible(text));
  const letters = tall && panel.tops.every(top => top.length === 1) ? panel.tops : [];
  return make("figure", {},
    make("div", { className: "down" }, ...tall ? units.map(label) : []), canvas,
    make("div", { className: "across" }, ...letters.map(label)),
    make("figcaption", {}, panels.length > 1 ? `${panel.title} ` : "", make("code", {}, name),
      ` ±${short(array.most)}`));
}

// A formula with letters, and with the numbers of one unit.
const letters = text => text.replace(/[{}]/g, "").replace(/ [@*] /g, " ")
  .replaceAll("**", "^").replaceAll(".T", "ᵀ");
const numbers = (panel, text, ...place) => text
  .replace(/{(.*?)}/g, (_, name) => short(number(panel, name, ...place)))
  .replace(/\+ -/g, "- ").replace(/([*-] )(-[\d.]+(e[+-]\d+)?)/g, "$1($2)")
  .replaceAll(" * ", " · ").replaceAll("**", "^");

function detail({ p, k, t, unit }) {
  const panel = panels[p], kind = panel.kinds[k], [there, back] = reached(p, t);
  const { shape: [R, C] } = panel.arrays[nameOf(kind)], columns = columnsOf(kind, [R, C]);
  const size = Math.round(within(140 / Math.max(columns, R * C / columns), 5, 22));
  const shown = [there && kind.name, back && kind.grad].filter(Boolean).map(name => {
    const array = panel.arrays[name];
    const canvas = make("canvas", { onclick: ({ offsetX, offsetY }) => pick({
      unit: Math.floor(offsetY / size) * columns + Math.floor(offsetX / size) }) });
    heat(canvas, array, kind, t, size);
    const pen = canvas.getContext("2d"), row = Math.floor(unit / columns);
    Object.assign(pen, { globalAlpha: 1, lineWidth: 2, strokeStyle: palette.ink });
    pen.strokeRect(unit % columns * size + 1, row * size + 1, size - 2, size - 2);
    return make("div", {}, make("code", {}, name), ` length ${short(array.length[t])}`, canvas,
      make("small", {}, `colours ±${short(array.most)}`));
  });
  const lines = kind.lines.filter(([, , isBack]) => isBack ? back : there);
  const which = R > 1 ? `row ${Math.floor(unit / C)}, column ${unit % C}` : kind.units[unit] ?? "";
  return [
    make("h2", {}, `${panel.title}, step ${t + 1}: ${kind.title} `, make("code", {}, nameOf(kind))),
    make("div", { className: "pair" }, ...shown),
    R * C > 1 ? `unit ${unit + 1} of ${R * C} ${which}` : "",
    ...lines.map(([name, text, isBack]) => {
      const result = short(number(panel, name, t, unit, C));
      const filled = numbers(panel, text, t, unit, C);
      return make("p", {}, make("small", {}, isBack ? "back" : "forward"),
        `${letters(name)} = ${letters(text)}`, make("br"),
        filled === result ? "= " : `= ${filled} = `, make("b", {}, result));
    }),
    make("small", {}, there ? "" : "This step is still to come. ",
      "← → a step; click a node, or a cell above, for its numbers")];
}

function pick(what) {
  Object.assign(picked, what);
  const kinds = panels[picked.p].kinds;
  picked.k = Math.min(picked.k, kinds.length - 1);
  const [R, C] = panels[picked.p].arrays[nameOf(kinds[picked.k])].shape;
  picked.unit = Math.min(picked.unit, R * C - 1);
  show();
}

function go(to) {
  step = within(to, 1, last);
  const [which, t] = current();
  pick({ t, p: which.includes(picked.p) ? picked.p : which[0] });
}

function show() {
  const [which, column] = current(), { title, tops } = panels[which[0]];
  for (const { element, p, k, t } of nodes) {
    const [value, back] = reached(p, t), now = which.includes(p) && column === t;
    const is = { value, back, now, picked: p === picked.p && k === picked.k && t === picked.t };
    for (const name in is) element.classList.toggle(name, is[name]);
    const room = element.closest(".net");
    if (now && k === 0) room.scrollLeft = element.offsetLeft - room.clientWidth / 2;
  }
  const who = which.length > 1 ? "" : `${title}, `, way = forward() ? "forward" : "back";
  at("now").textContent = `${way}: ${who}step ${column + 1} of ${tops.length}: “${tops[column]}”`;
  at("slider").value = step;
  at("curves").innerHTML = curves();
  at("maps").replaceChildren(...maps());
  at("detail").replaceChildren(...detail(picked));
}

function repaint() {
  palette = Object.fromEntries(["low", "zero", "high", "ink"].map(name => [name, colour(name)]));
  for (const one of canvases) heat(...one);
  show();
}

at("stage").innerHTML = `
<div id="controls"><input id="slider" type="range" min="1" max="${last}" aria-label="step">
<output id="now"></output></div>
<p id="legend"><span>values, and beside them gradients: − <i class="ramp"></i> +, one scale for each
row</span> <span>length of the gradient that arrives: <i class="bar"></i>
1e${lowest}${share(Math.min(...lengths)) ? "" : " or less"} to 1e${highest}, logarithmic, one scale
for all</span></p>
<div id="room"><div id="nets">
<h2>Length of the gradient of the state h, by step (× last step's)</h2>
<div id="curves"></div></div><aside id="detail"></aside></div>
<h2>Over time: units down, steps across</h2>
<div id="maps"></div>`;
at("nets").append(...panels.map(net));
at("slider").oninput = () => go(+at("slider").value);
addEventListener("keydown", ({ key, target, altKey }) => {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (by && !altKey && target !== at("slider")) go(step + by);
});
repaint();
go(parseInt(location.hash.slice(1)) || 1);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);

test("the slider walks to the end and back", () => {
  for (const end of [last, 1]) while (step !== end) {
    const before = at("now").textContent;
    at("slider").value = step + (end === last ? 1 : -1);
    at("slider").dispatchEvent(new Event("input"));
    expect(at("now").textContent !== before, "nothing moved");
  }
});
test("every node is drawn", () => {
  const many = panels.reduce((sum, panel) => sum + panel.kinds.length * panel.tops.length, 0);
  expect(document.querySelectorAll(".node").length === many, `there are not ${many}`);
  for (const canvas of document.querySelectorAll(".node canvas")) {
    expect(canvas.getContext("2d").getImageData(0, 0, 1, 1).data[3] === 255, "one is not");
  }
});
test("a click shows the numbers that NumPy found", () => {
  go(last);
  for (const [p, k, line, t, unit, result] of data.expected) {
    nodes.find(one => one.p === p && one.k === k && one.t === t).element.click();
    pick({ unit });
    const shown = +document.querySelectorAll("#detail p b")[line].textContent;
    expect(Math.abs(shown - result) <= 0.006 * Math.abs(result) + 1e-12,
      `${panels[p].kinds[k].lines[line][0]} is ${result}, shown is ${shown}`);
  }
  expect(data.expected.length > 3, "nothing was expected");
});
