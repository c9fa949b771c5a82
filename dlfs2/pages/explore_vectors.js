// The map of word vectors: dots and labels on a canvas; a word with its neighbours, or analogies,
// are lit. `view` is what is seen of the map: the place in the middle, and pixels for each step.
const { words, x, y, near, similarity, analogies, classes, class_of } = data;
const at = id => document.getElementById(id), map = at("map"), pen = map.getContext("2d");
const CELL = 6, view = {}, pointers = new Map(), widths = new Map();
let lit = [], lines = [], labels = [], hovered = -1, waiting, moved, wide, high, ink;

const left = i => (x[i] - view.x) * view.scale + wide / 2;
const down = i => (y[i] - view.y) * view.scale + high / 2;
const rank = i => i < 100 ? 0 : i < 1000 ? 1 : 2;
const hue = kind => `hsl(${kind * 360 / classes.length} 65% ${ink.dark ? 68 : 40}%)`;
const font = (i, strong) => `${strong || !rank(i) ? 600 : 400} ${14 - rank(i)}px ${ink.text}`;
const within = (value, least, most) => Math.min(Math.max(value, least), most);
const make = (tag, text, parent, more) =>
  Object.assign(parent.appendChild(document.createElement(tag)), { textContent: text }, more);

function see(place_x, place_y, scale = view.scale) {
  Object.assign(view, { x: place_x, y: place_y, scale: within(scale, view.all / 2, view.all * 99) });
  if (!waiting) waiting = requestAnimationFrame(draw);
}
function zoom(factor, px = wide / 2, py = high / 2) {        // what is at px, py stays there
  const moves = 1 / view.scale - 1 / within(view.scale * factor, view.all / 2, view.all * 99);
  see(view.x + (px - wide / 2) * moves, view.y + (py - high / 2) * moves, view.scale * factor);
}
function fit(ids) {                                          // all of these words, and a margin
  const ends = [x, y].map(places => [Math.min, Math.max].map(end =>
    ids.reduce((found, i) => end(found, places[i]), places[ids[0]])));
  const [w, h] = ends.map(([least, most]) => most - least + 1);
  const scale = Math.min(Math.max(wide - 180, 90) / w, Math.max(high - 90, 90) / h);
  view.all ??= scale;
  see(...ends.map(([least, most]) => (least + most) / 2), Math.min(scale, 12 * view.all));
}
function resize() {
  const style = getComputedStyle(document.documentElement), ratio = devicePixelRatio || 1;
  ink = { dark: matchMedia("screen and (prefers-color-scheme: dark)").matches };
  for (const name of ["paper", "ink", "link", "accent", "text"])
    ink[name] = style.getPropertyValue(`--${name}`).trim();
  [wide, high] = [map.clientWidth, map.clientHeight];
  [map.width, map.height] = [wide * ratio, high * ratio];
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (view.all) see(view.x, view.y); else fit([...words.keys()]);
}

function draw() {
  const start = performance.now(), seen = [], columns = Math.ceil(wide / CELL);
  const taken = new Uint8Array(columns * Math.ceil(high / CELL)), strong = new Set(lit);
  const size = within(Math.sqrt(view.scale / view.all), 1, 2);
  waiting = 0;
  labels = [];
  pen.clearRect(0, 0, wide, high);
  for (let i = words.length - 1; i >= 0; i--) {              // the most frequent on top
    const px = left(i), py = down(i), r = size * [2.4, 1.8, 1.2][rank(i)];
    if (px < -r || py < -r || px > wide + r || py > high + r) continue;
    pen.fillStyle = class_of ? hue(class_of[i]) : ink.link;
    pen.globalAlpha = (lit.length ? 0.4 : 1) * [0.9, 0.6, 0.35][rank(i)];
    pen.beginPath();
    pen.arc(px, py, r, 0, 7);
    pen.fill();
    seen.push(i);
  }
  lines.forEach(line);
  if (hovered >= 0) strong.add(hovered);
  for (const i of strong) {
    pen.beginPath();
    pen.arc(left(i), down(i), i === lit[0] ? 6 : 4, 0, 7);
    pen.fill();
  }
  for (const i of strong) label(i, true, taken, columns);
  for (const i of seen.reverse()) if (!strong.has(i)) label(i, false, taken, columns);
  Object.assign(pen, { strokeStyle: ink.paper, lineWidth: 3, textBaseline: "middle" });
  for (const { i, strong, px, py } of labels) {
    pen.font = font(i, strong);
    pen.globalAlpha = lit.length && !strong ? 0.5 : 1;
    pen.fillStyle = strong ? ink.accent : ink.ink;
    pen.strokeText(words[i], px, py);
    pen.fillText(words[i], px, py);
  }
  const time = document.documentElement.dataset.redraw = (performance.now() - start).toFixed(1);
  at("note").textContent = `${seen.length} words here, ${labels.length} named; ${time} ms`;
}
function label(i, strong, taken, columns) {                  // beside its dot, where there is room
  const px = left(i), py = down(i), key = strong ? -1 - i : i;
  const cell = (h, v) => Math.floor(v / CELL) * columns + Math.floor(h / CELL);
  if (!strong && taken[cell(px + 12, py)]) return 0;
  if (!widths.has(key)) {
    pen.font = font(i, strong);
    widths.set(key, pen.measureText(words[i]).width);
  }
  const w = widths.get(key), middle = px - w / 2;
  for (const [l, v] of [[px + 9, py], [px - w - 9, py], [middle, py - 15], [middle, py + 15]]) {
    const box = { l: l - 3, t: v - 8, r: l + w + 3, b: v + 8 }, cells = [];
    for (let row = cell(0, box.t); row <= cell(0, box.b); row += columns)
      for (let c = row + cell(box.l, 0); c <= row + cell(box.r, 0); c++) cells.push(c);
    if (box.l >= 0 && box.t >= 0 && box.r < wide && box.b < high && !cells.some(c => taken[c])) {
      for (const c of cells) taken[c] = 1;
      return labels.push({ i, strong, px: l, py: v, box });
    }
    if (!strong) return 0;
  }
}
function line([from, to, arrow]) {
  const [l, t, r, b] = [left(from), down(from), left(to), down(to)];
  Object.assign(pen, { strokeStyle: ink.accent, fillStyle: ink.accent, lineWidth: arrow ? 2 : 1 });
  pen.globalAlpha = arrow ? 1 : 0.5;
  pen.stroke(new Path2D(`M${l} ${t}L${r} ${b}`));
  pen.globalAlpha = 1;
  pen.save();
  pen.translate(r, b);
  pen.rotate(Math.atan2(b - t, r - l));
  if (arrow) pen.fill(new Path2D("M-5 0L-17 6L-17-6Z"));
  pen.restore();
}

function choose(i, move = true) {                            // light a word and its neighbours
  [lit, lines] = [[i, ...near[i]], near[i].map(other => [i, other])];
  at("found").replaceChildren();
  make("small", `word ${i + 1}`, make("h2", words[i], at("found")));
  const list = make("ol", "", at("found"));
  near[i].forEach((other, k) => {
    const button = make("button", "", make("li", "", list), { onclick: () => choose(other) });
    const part = similarity[i][k] / 1000;
    make("span", words[other], button);
    make("i", "", button).style.setProperty("--part", `${100 * within(part, 0, 1)}%`);
    make("small", part.toFixed(3), button);
  });
  if (move) fit(lit); else see(view.x, view.y);
}
function compare(some, move = true) {                        // light analogies: a -> b and c -> d
  lines = some.flatMap(({ ids: [a, b, c, d] }) => [[a, b, true], [c, d, true]]);
  lit = [...new Set(some.flatMap(({ ids }) => [ids[3], ...ids]))];
  at("found").replaceChildren();
  if (!lit.length) make("p", "Search a word, or choose a dot of the map.", at("found"));
  if (move && lit.length) fit(lit); else see(view.x, view.y);
}
function search(text, prefix) {
  const same = text.trim().toLowerCase(), found = [];
  for (let i = 0; i < words.length && found.length < 10; i++) {
    const word = words[i].toLowerCase();
    if (prefix ? word.startsWith(same) : word === same) found.push(i);
  }
  return found;
}
function under(px, py) {                                     // the nearest word within 14 pixels
  let [found, least] = [-1, 14];
  for (const i of words.keys()) {
    const distance = Math.hypot(left(i) - px, down(i) - py);
    if (distance < least) [found, least] = [i, distance];
  }
  return found;
}

at("word").oninput = ({ target }) => {
  const found = target.value ? search(target.value, true) : [], exact = search(target.value)[0];
  at("suggestions").replaceChildren(...found.map(i => new Option("", words[i])));
  target.setCustomValidity(target.value && !found.length ? "No word begins so." : "");
  if (exact !== undefined) choose(exact);
};
at("search").onsubmit = event => {
  event.preventDefault();
  choose(search(at("word").value, true)[0]);
};
map.onpointerdown = event => {
  map.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, event);
  moved = pointers.size > 1 ? 99 : 0;
};
map.onpointermove = event => {
  const before = pointers.get(event.pointerId), now = [event.offsetX, event.offsetY];
  if (!before) {
    hovered = under(...now);
    return see(view.x, view.y);
  }
  const other = [...pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
  const [dx, dy] = [now[0] - before.offsetX, now[1] - before.offsetY];
  const span = one => Math.hypot(one.offsetX - other.offsetX, one.offsetY - other.offsetY) || 1;
  if (other) zoom(span(event) / span(before), other.offsetX, other.offsetY);
  else see(view.x - dx / view.scale, view.y - dy / view.scale);
  moved += Math.hypot(dx, dy);
  pointers.set(event.pointerId, event);
};
map.onpointerup = event => {
  pointers.delete(event.pointerId);
  const i = under(event.offsetX, event.offsetY);
  if (moved < 4) { if (i < 0) compare(analogies, false); else choose(i, false); }
};
map.onpointercancel = map.onpointerleave = ({ pointerId }) => {
  pointers.delete(pointerId);
  hovered = -1;
};
map.addEventListener("wheel", event => {
  event.preventDefault();
  zoom(Math.exp(-within(event.deltaY * (event.deltaMode ? 30 : 1), -200, 200) / 400),
       event.offsetX, event.offsetY);
}, { passive: false });
const KEYS = { ArrowLeft: () => see(view.x - 60 / view.scale, view.y), "+": () => zoom(1.5),
  ArrowRight: () => see(view.x + 60 / view.scale, view.y), "=": () => zoom(1.5),
  ArrowUp: () => see(view.x, view.y - 60 / view.scale), "-": () => zoom(1 / 1.5),
  ArrowDown: () => see(view.x, view.y + 60 / view.scale), 0: () => fit([...words.keys()]),
  Escape: () => compare(analogies, false) };
map.onkeydown = event => {
  if (!KEYS[event.key] || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  KEYS[event.key]();
};
for (const button of document.querySelectorAll(".zoom button")) button.onclick = KEYS[button.value];

for (const part of document.querySelectorAll("[hidden]")) part.hidden = false;
if (analogies.length) make("h2", "Analogies", at("analogies"));
for (const analogy of analogies) {
  const [a, b, c, d] = analogy.ids.map(i => words[i]);
  const button = make("button", "", at("analogies"), { onclick: () => compare([analogy]) });
  make("span", `${a} : ${b} = ${c} : ${d}`, button);
  make("small", `rank ${analogy.rank}`, button);
}
new ResizeObserver(resize).observe(map);
for (const query of ["print", "(prefers-color-scheme: dark)"])
  matchMedia(query).addEventListener("change", resize);
resize();
if (class_of) {
  const list = make("ol", "", at("legend"));
  classes.forEach((name, kind) => {
    make("i", "", make("li", name, list)).style.background = hue(kind);
  });
}
const asked = new URLSearchParams(location.hash.slice(1)).get("word");
if (words.includes(asked)) choose(words.indexOf(asked)); else compare(analogies, false);

test("a search finds a word and its neighbours", () => {
  const last = words.length - 1;
  at("word").value = words[last];
  at("word").dispatchEvent(new Event("input"));
  at("search").requestSubmit();
  const shown = [...document.querySelectorAll("#found li")].map(item => item.firstChild.firstChild);
  expect([...at("suggestions").options].some(({ value }) => value === words[last]), "suggested");
  expect(document.querySelector("#found h2").firstChild.data === words[last], "its name");
  expect(shown.map(part => part.textContent).join() === near[last].map(i => words[i]).join(),
         "neighbours");
});
test("a click on a dot chooses it, beside them nothing", () => {
  const click = (offsetX, offsetY) => ["down", "up"].forEach(kind => map[`onpointer${kind}`](
    { pointerId: 1, offsetX, offsetY }));
  map.setPointerCapture = () => {};
  click(left(0), down(0));
  expect(lit[0] === 0 && lit.length === 1 + near[0].length, "chosen");
  click(-99, -99);
  expect(lit.length === new Set(analogies.flatMap(({ ids }) => ids)).size, "left");
});
test("a zoom redraws, more is named, no label covers another", () => {
  fit([...words.keys()]);
  draw();
  const before = down(0) - down(1);
  for (const factor of [1, 8]) {
    zoom(factor, left(0), down(0));
    draw();
    expect(Math.abs((down(0) - down(1)) / before - factor) < 1e-6, "zoomed");
    expect(labels.length && document.documentElement.dataset.redraw >= 0, "drawn");
    for (const [k, { box: p }] of labels.entries())
      for (const { box: q } of labels.slice(k + 1))
        expect(p.r <= q.l || q.r <= p.l || p.b <= q.t || q.b <= p.t, "labels apart");
  }
});
