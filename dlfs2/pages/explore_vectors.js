// The map of word vectors: dots and labels on a canvas; a word with its neighbours, or analogies,
// are lit. `view` is what is seen of the map: the place in the middle, and pixels for each step.
const { words, x, y, near, similarity, analogies, classes, class_of } = data;
const at = id => document.getElementById(id), map = at("map"), pen = map.getContext("2d");
const CELL = 6, view = {}, pointers = new Map(), widths = new Map();
let lit = [], lines = [], ranks = new Map(), hovered = -1, waiting, moved, wide, high, ink;
let labels = [], taken, columns;                             // in cells of a grid, row by row

const left = i => (x[i] - view.x) * view.scale + wide / 2;
const down = i => (y[i] - view.y) * view.scale + high / 2;
const cell = (px, py) => Math.floor(py / CELL) * columns + Math.floor(px / CELL);
const rank = i => i < 100 ? 0 : i < 1000 ? 1 : 2;
const hue = kind => `hsl(${kind * 360 / classes.length} 65% ${ink.dark ? 68 : 40}%)`;
const font = (i, strong) => `${strong || !rank(i) ? 600 : 400} ${14 - rank(i)}px ${ink.text}`;
const name = i => ranks.has(i) ? `${words[i]} (rank ${ranks.get(i)})` : words[i];
const within = (value, least, most) => Math.min(Math.max(value, least), most);
const make = (tag, text, parent, more) =>
  Object.assign(parent.appendChild(document.createElement(tag)), { textContent: text }, more);

function see(place_x = view.x, place_y = view.y, scale = view.scale) {
  [view.x, view.y, view.scale] = [place_x, place_y, within(scale, view.all / 2, view.all * 99)];
  waiting ||= requestAnimationFrame(draw);
}
const pan = (dx, dy) => see(view.x - dx / view.scale, view.y - dy / view.scale);
function zoom(factor, px = wide / 2, py = high / 2) {        // what is at px, py stays there
  pan(wide / 2 - px, high / 2 - py);
  see(view.x, view.y, view.scale * factor);
  pan(px - wide / 2, py - high / 2);
}
function around(ids) {                                       // [x, y, scale] to see all of these
  const ends = [x, y].map(places => [Math.min, Math.max].map(end =>
    ids.reduce((found, i) => end(found, places[i]), places[ids[0]])));
  const [w, h] = ends.map(([least, most]) => most - least + 1);
  const scale = Math.min(Math.max(wide - 180, 90) / w, Math.max(high - 90, 90) / h);
  return [...ends.map(([least, most]) => (least + most) / 2), scale];
}
function fit(ids) {
  const [place_x, place_y, scale] = around(ids);
  see(place_x, place_y, Math.min(scale, 12 * view.all));
}
function resize() {
  const style = getComputedStyle(document.documentElement), ratio = devicePixelRatio || 1;
  ink = { dark: matchMedia("screen and (prefers-color-scheme: dark)").matches };
  for (const part of ["paper", "ink", "link", "accent", "text"])
    ink[part] = style.getPropertyValue(`--${part}`);
  [wide, high] = [map.clientWidth, map.clientHeight];
  [map.width, map.height] = [wide * ratio, high * ratio];
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  const [place_x, place_y, all] = around([...words.keys()]), zoomed = view.scale / view.all || 1;
  Object.assign(view, { x: view.x ?? place_x, y: view.y ?? place_y, scale: zoomed * all, all });
  draw();
}

function draw() {
  const start = performance.now(), seen = [];
  const strong = new Set(hovered < 0 ? lit : [...lit, hovered]);
  const size = within(Math.sqrt(view.scale / view.all), 1, 2);
  [waiting, labels, columns] = [0, [], Math.ceil(wide / CELL)];
  taken = new Uint8Array(columns * Math.ceil(high / CELL));
  pen.clearRect(0, 0, wide, high);
  for (let i = words.length - 1; i >= 0; i--) {              // the most frequent on top
    const px = left(i), py = down(i), r = size * [2.4, 1.8, 1.2][rank(i)];
    if (px < -r || py < -r || px > wide + r || py > high + r) continue;
    pen.fillStyle = class_of ? hue(class_of[i]) : ink.link;
    pen.globalAlpha = (lit.length ? 0.4 : 1) * [0.9, 0.6, 0.35][rank(i)];
    dot(i, r);
    seen.push(i);
  }
  Object.assign(pen, { fillStyle: ink.accent, strokeStyle: ink.accent, textBaseline: "middle" });
  lines.forEach(line);
  pen.globalAlpha = 1;
  for (const i of strong) {
    dot(i, i === lit[0] ? 6 : 4);
    taken[cell(left(i), down(i))] = 1;
  }
  for (const i of strong) label(i, true);
  for (const i of seen.reverse()) if (!strong.has(i)) label(i, false);
  Object.assign(pen, { strokeStyle: ink.paper, lineWidth: 3, lineJoin: "round" });
  for (const { i, strong, px, py } of labels) {
    pen.font = font(i, strong);
    pen.globalAlpha = lit.length && !strong ? 0.55 : 1;
    pen.fillStyle = strong ? ink.accent : ink.ink;
    pen.strokeText(name(i), px, py);
    pen.fillText(name(i), px, py);
  }
  const time = document.documentElement.dataset.redraw = (performance.now() - start).toFixed(1);
  at("note").textContent = `${seen.length} words in view, ${labels.length} named, ${time} ms`;
}
function dot(i, radius) {
  pen.beginPath();
  pen.arc(left(i), down(i), radius, 0, 2 * Math.PI);
  pen.fill();
}
function line([from, to, arrow]) {
  const dx = left(to) - left(from), dy = down(to) - down(from), length = Math.hypot(dx, dy);
  pen.save();
  Object.assign(pen, { lineWidth: arrow ? 2 : 1, globalAlpha: arrow ? 1 : 0.5 });
  pen.translate(left(from), down(from));
  pen.rotate(Math.atan2(dy, dx));
  pen.stroke(new Path2D(`M0 0H${length}`));
  if (arrow) pen.fill(new Path2D(`M${length - 4} 0l-12 6v-12z`));
  pen.restore();
}
function label(i, strong) {                                  // beside its dot, where there is room
  const px = left(i), py = down(i), key = `${name(i)} ${strong}`;
  if (!strong && taken[cell(px + 12, py)]) return;
  if (!widths.has(key)) {
    pen.font = font(i, strong);
    widths.set(key, pen.measureText(name(i)).width);
  }
  const w = widths.get(key), spots = [[9, 0], [-9 - w, 0], [-w / 2, -16], [-w / 2, 16]];
  for (const [dx, dy] of strong ? spots : spots.slice(0, 1)) {
    const box = { l: px + dx - 3, r: px + dx + w + 3, t: py + dy - 8, b: py + dy + 8 }, cells = [];
    if (box.l < 0 || box.t < 0 || box.r > wide || box.b > high) continue;
    for (let row = cell(0, box.t); row <= cell(0, box.b); row += columns)
      for (let c = row + cell(box.l, 0); c <= row + cell(box.r, 0); c++) cells.push(c);
    if (cells.some(c => taken[c])) continue;
    for (const c of cells) taken[c] = 1;
    labels.push({ i, strong, px: px + dx, py: py + dy, box });
    return;
  }
}

function choose(i, move = true) {                            // light a word and its neighbours
  [lit, lines, ranks] = [[i, ...near[i]], near[i].map(other => [i, other]), new Map()];
  at("found").replaceChildren();
  make("small", `word ${i + 1}`, make("h2", words[i], at("found")));
  const list = make("ol", "", at("found"));
  near[i].forEach((other, k) => {
    const button = make("button", "", make("li", "", list), { onclick: () => choose(other) });
    const cosine = similarity[i][k] / 1000;
    make("span", words[other], button);
    make("i", "", button).style.setProperty("--part", `${100 * within(cosine, 0, 1)}%`);
    make("small", cosine.toFixed(3), button);
  });
  if (move) fit(lit); else see();
}
function compare(some) {                                     // light analogies: a -> b and c -> d
  lines = some.flatMap(({ ids: [a, b, c, d] }) => [[a, b, true], [c, d, true]]);
  lit = [...new Set(some.flatMap(({ ids: [a, b, c, d] }) => [d, a, b, c]))];
  ranks = new Map(some.map(({ ids, rank }) => [ids[3], rank]));
  at("found").replaceChildren();
  make("p", "Search a word, or click on a dot.", at("found"));
  see();
}
function under(px, py) {                                     // the nearest word within 14 pixels
  const far = i => Math.hypot(left(i) - px, down(i) - py);
  return words.reduce((found, _, i) => far(i) < (found < 0 ? 14 : far(found)) ? i : found, -1);
}
function point(i) {
  hovered = i;
  see();
}

at("search").oninput = at("search").onsubmit = event => {
  const typed = at("word").value.trim().normalize("NFC"), start = typed.toLowerCase(), found = [];
  for (const i of typed ? words.keys() : [])
    if (found.length < 10 && words[i].toLowerCase().startsWith(start)) found.push(i);
  at("suggestions").replaceChildren(...found.map(i => new Option("", words[i])));
  at("word").setCustomValidity(typed && !found.length ? "No word begins like this." : "");
  const exact = words.indexOf(typed);
  if (exact >= 0 || (event.type === "submit" && found.length)) choose(exact < 0 ? found[0] : exact);
  if (event.type === "submit") event.preventDefault();
};
map.onpointerdown = event => {
  pointers.set(event.pointerId, event);
  moved = pointers.size > 1 ? Infinity : 0;                  // two fingers are no click
  map.setPointerCapture(event.pointerId);
};
map.onpointermove = event => {
  const before = pointers.get(event.pointerId);
  const other = [...pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
  if (!before) return point(under(event.offsetX, event.offsetY));
  const dx = event.offsetX - before.offsetX, dy = event.offsetY - before.offsetY;
  const span = one => Math.hypot(one.offsetX - other.offsetX, one.offsetY - other.offsetY) + 1;
  if (other) zoom(span(event) / span(before), other.offsetX, other.offsetY); else pan(dx, dy);
  moved += Math.hypot(dx, dy);
  pointers.set(event.pointerId, event);
};
map.onpointerup = event => {
  const i = under(event.offsetX, event.offsetY);
  if (moved < 4) if (i < 0) compare(analogies); else choose(i, false);
};
map.onlostpointercapture = event => pointers.delete(event.pointerId);
map.onpointerleave = () => point(-1);
map.addEventListener("wheel", event => {
  event.preventDefault();
  const turn = within(event.deltaY * (event.deltaMode ? 30 : 1), -200, 200);
  zoom(Math.exp(-turn / 400), event.offsetX, event.offsetY);
}, { passive: false });
const KEYS = { "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5),
  ArrowLeft: () => pan(60, 0), ArrowRight: () => pan(-60, 0), ArrowUp: () => pan(0, 60),
  ArrowDown: () => pan(0, -60), 0: () => fit([...words.keys()]), Escape: () => compare(analogies) };
map.onkeydown = event => {
  if (!KEYS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  KEYS[event.key]();
};
for (const button of document.querySelectorAll(".zoom button")) button.onclick = KEYS[button.value];

for (const part of document.querySelectorAll("[hidden]")) part.hidden = false;
resize();
new ResizeObserver(resize).observe(map);
for (const query of ["print", "(prefers-color-scheme: dark)"])
  matchMedia(query).addEventListener("change", resize);
if (analogies.length) make("h2", "Analogies", at("analogies"));
for (const analogy of analogies) {
  const button = make("button", "", at("analogies")), [a, b, c, d] = analogy.ids.map(i => words[i]);
  make("span", `${a} : ${b} = ${c} : ${d}`, button);
  make("small", `rank ${analogy.rank}`, button);
  button.onclick = () => { compare([analogy]); fit(lit); };
}
if (class_of) for (const [kind, title] of classes.entries())
  make("i", "", make("span", title, at("legend"))).style.background = hue(kind);
const asked = words.indexOf(new URLSearchParams(location.hash.slice(1)).get("word"));
if (asked < 0) compare(analogies); else choose(asked);

test("a search finds a word and its neighbours", () => {
  const word = words.at(-1), list = near.at(-1).map(i => words[i]);
  at("word").value = word;
  at("word").dispatchEvent(new Event("input", { bubbles: true }));
  at("search").requestSubmit();
  const shown = [...document.querySelectorAll("#found li span")].map(part => part.textContent);
  expect([...at("suggestions").options].some(({ value }) => value === word), "not suggested");
  expect(document.querySelector("#found h2").firstChild.data === word, "another word");
  expect(JSON.stringify(shown) === JSON.stringify(list), "other neighbours");
});
test("a click on a dot chooses it, a click beside them nothing", () => {
  map.setPointerCapture = () => {};
  for (const [px, py, count] of [[left(0), down(0), 1 + near[0].length],
                                 [-99, -99, new Set(analogies.flatMap(({ ids }) => ids)).size]]) {
    for (const act of [map.onpointerdown, map.onpointerup])
      act({ pointerId: 1, offsetX: px, offsetY: py });
    expect(lit.length === count, `${lit.length} lit`);
  }
});
test("a zoom redraws, and no label covers another", () => {
  fit([...words.keys()]);
  for (const factor of [1, 4, 4]) {
    const before = view.scale, place = left(0);
    zoom(factor, left(0), down(0));
    delete document.documentElement.dataset.redraw;
    draw();
    expect(document.documentElement.dataset.redraw >= 0 && labels.length, "not drawn");
    expect(Math.abs(left(0) - place) < 1 && view.scale > 3 * before || factor === 1, "no zoom");
    for (const [k, { box: p }] of labels.entries()) for (const { box: q } of labels.slice(k + 1))
      expect(p.r <= q.l || q.r <= p.l || p.b <= q.t || q.b <= p.t, "labels overlap");
  }
});
