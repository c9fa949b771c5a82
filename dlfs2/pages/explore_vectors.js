// The map of word vectors: dots and labels on a canvas; a word with its neighbours, or analogies,
// are lit. `view` is what is seen of the map: the place in the middle, and pixels for each step.
const { words, x, y, near, similarity, analogies, classes, class_of } = data;
const map = at("map"), pen = map.getContext("2d"), everything = [...words.keys()];
let lit = [], lines = [], ranks = new Map(), view, all, taken, drag, moved, wide, high, ink;

const left = i => (x[i] - view.x) * view.scale + wide / 2;
const down = i => (y[i] - view.y) * view.scale + high / 2;
const rarity = i => i < 100 ? 0 : i < 1000 ? 1 : 2;
const hue = (kind, lightness) => `hsl(${kind * 360 / classes.length} 65% ${lightness})`;

function see(change) {
  view = { ...view, ...change };
  draw();
}
const pan = (dx, dy) => see({ x: view.x - dx / view.scale, y: view.y - dy / view.scale });
function zoom(factor, px = wide / 2, py = high / 2) {        // what is at px, py stays there
  const scale = within(view.scale * factor, all / 2, all * 99), gain = 1 / view.scale - 1 / scale;
  see({ x: view.x + (px - wide / 2) * gain, y: view.y + (py - high / 2) * gain, scale });
}
function around(ids) {                                       // the view of all of these
  const ends = places => [Math.min, Math.max].map(end => end(...ids.map(i => places[i])));
  const [x0, x1] = ends(x), [y0, y1] = ends(y);
  const scale = Math.min(Math.max(wide - 180, 90) / (x1 - x0 + 1),
    Math.max(high - 90, 90) / (y1 - y0 + 1));
  return { x: (x0 + x1) / 2, y: (y0 + y1) / 2, scale };
}
function fit(ids) {
  const found = around(ids);
  see({ ...found, scale: Math.min(found.scale, 12 * all) });
}
function resize() {
  const ratio = devicePixelRatio;
  ink = Object.fromEntries(["paper", "ink", "link", "accent", "text", "lightness"].map(name =>
    [name, colour(name)]));
  [wide, high] = [map.clientWidth, map.clientHeight];
  [map.width, map.height] = [wide * ratio, high * ratio];
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  const whole = around(everything);
  all = whole.scale;
  see({ ...whole, ...view });
}

function draw() {
  const start = performance.now(), size = within(Math.sqrt(view.scale / all), 1, 2);
  const seen = everything.filter(i =>
    left(i) >= 0 && left(i) <= wide && down(i) >= 0 && down(i) <= high);
  taken = [];                                                // boxes on which no label may stand
  pen.clearRect(0, 0, wide, high);
  for (const i of seen.toReversed()) {                       // the most frequent on top
    pen.fillStyle = class_of ? hue(class_of[i], ink.lightness) : ink.link;
    pen.globalAlpha = (lit.length ? 0.4 : 1) * [0.9, 0.6, 0.35][rarity(i)];
    dot(i, size * [2.4, 1.8, 1.2][rarity(i)]);
  }
  Object.assign(pen, { fillStyle: ink.accent, strokeStyle: ink.accent });
  lines.forEach(line);
  pen.globalAlpha = 1;
  lit.forEach((i, k) => dot(i, k ? 4 : 6));
  taken = lit.map(i => box(left(i), down(i), 0));
  Object.assign(pen, { strokeStyle: ink.paper, lineWidth: 3, lineJoin: "round",
    textBaseline: "middle" });
  for (const i of lit) label(i, true);
  Object.assign(pen, { fillStyle: ink.ink, globalAlpha: lit.length ? 0.55 : 1 });
  for (const i of seen.slice(0, 600)) if (!lit.includes(i)) label(i, false);
  const time = document.documentElement.dataset.redraw = (performance.now() - start).toFixed(1);
  at("note").textContent = `${seen.length} words in view, ${time} ms`;
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
const box = (px, py, w) => ({ l: px - 3, r: px + w + 3, t: py - 8, b: py + 8 });
const apart = (one, two) => one.r <= two.l || two.r <= one.l || one.b <= two.t || two.b <= one.t;
function label(i, strong) {                                  // beside its dot, where there is room
  const text = ranks.has(i) ? `${words[i]} (rank ${ranks.get(i)})` : words[i];
  pen.font = `${strong || !rarity(i) ? 600 : 400} ${14 - rarity(i)}px ${ink.text}`;
  const w = pen.measureText(text).width;
  const spots = [[9, 0], [-9 - w, 0], [-w / 2, -16], [-w / 2, 16]];
  for (const [dx, dy] of strong ? spots : spots.slice(0, 1)) {
    const place = box(left(i) + dx, down(i) + dy, w);
    if (place.l < 0 || place.t < 0 || place.r > wide || place.b > high
      || !taken.every(other => apart(place, other))) continue;
    taken.push(place);
    pen.strokeText(text, place.l + 3, place.t + 8);
    pen.fillText(text, place.l + 3, place.t + 8);
    return;
  }
}

function choose(i, move = true) {                            // light a word and its neighbours
  [lit, lines, ranks] = [[i, ...near[i]], near[i].map(other => [i, other]), new Map()];
  const list = near[i].map((other, k) => {
    const cosine = similarity[i][k] / 1000, bar = make("i");
    bar.style.setProperty("--part", `${100 * within(cosine, 0, 1)}%`);
    return make("li", {}, make("button", { onclick: () => choose(other) },
      make("span", {}, words[other]), bar, make("small", {}, cosine.toFixed(3))));
  });
  at("found").replaceChildren(make("h2", {}, words[i], make("small", {}, `word ${i + 1}`)),
    make("ol", {}, ...list));
  if (move) fit(lit); else draw();
}
function compare(some) {                                     // light analogies: a -> b and c -> d
  lines = some.flatMap(({ ids: [a, b, c, d] }) => [[a, b, true], [c, d, true]]);
  lit = [...new Set(some.flatMap(({ ids: [a, b, c, d] }) => [d, a, b, c]))];
  ranks = new Map(some.map(({ ids, rank }) => [ids[3], rank]));
  at("found").replaceChildren(make("p", {}, "Search a word, or click on a dot."));
  draw();
}
function under({ offsetX, offsetY }) {                       // the nearest word within 14 pixels
  const far = i => Math.hypot(left(i) - offsetX, down(i) - offsetY);
  return everything.reduce((found, i) => far(i) < (found < 0 ? 14 : far(found)) ? i : found, -1);
}

at("search").oninput = at("search").onsubmit = event => {
  const typed = at("word").value.trim().normalize("NFC"), exact = words.indexOf(typed);
  const found = everything.filter(i => words[i].toLowerCase().startsWith(typed.toLowerCase()));
  at("suggestions").replaceChildren(...found.slice(0, 10).map(i => new Option("", words[i])));
  at("word").setCustomValidity(found.length ? "" : "No word begins like this.");
  if (exact >= 0) choose(exact); else if (event.type === "submit") choose(found[0]);
  if (event.type === "submit") event.preventDefault();
};
map.onpointerdown = event => {
  [drag, moved] = [event, 0];
  map.setPointerCapture(event.pointerId);
};
map.onpointermove = event => {
  if (!drag) map.title = words[under(event)] ?? "";
  else {
    const dx = event.offsetX - drag.offsetX, dy = event.offsetY - drag.offsetY;
    pan(dx, dy);
    moved += Math.hypot(dx, dy);
    drag = event;
  }
};
map.onpointerup = event => {
  const i = under(event);
  if (moved < 4) if (i < 0) compare(analogies); else choose(i, false);
};
map.onlostpointercapture = () => { drag = null; };
map.addEventListener("wheel", event => {
  event.preventDefault();
  zoom(Math.exp(within(-event.deltaY, -200, 200) / 400), event.offsetX, event.offsetY);
}, { passive: false });
at("in").onclick = () => zoom(1.5);
at("out").onclick = () => zoom(1 / 1.5);
at("all").onclick = () => fit(everything);

new ResizeObserver(resize).observe(map);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", resize);
resize();
if (analogies.length) at("analogies").append(make("h2", {}, "Analogies"));
for (const analogy of analogies) {
  const [a, b, c, d] = analogy.ids.map(i => words[i]);
  at("analogies").append(make("button", { onclick: () => { compare([analogy]); fit(lit); } },
    make("span", {}, `${a} : ${b} = ${c} : ${d}`), make("small", {}, `rank ${analogy.rank}`)));
}
if (class_of) classes.forEach((title, kind) => {
  const patch = make("i");
  patch.style.background = hue(kind, "var(--lightness)");
  at("legend").append(make("span", {}, patch, title));
});
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
                                 [-1e6, -1e6, new Set(analogies.flatMap(({ ids }) => ids)).size]]) {
    for (const act of [map.onpointerdown, map.onpointerup])
      act({ pointerId: 1, offsetX: px, offsetY: py });
    expect(lit.length === count, `${lit.length} lit`);
  }
});
test("a zoom redraws, and no label covers another", () => {
  fit(everything);
  for (const factor of [1, 4, 4]) {
    const before = view.scale, place = left(0);
    delete document.documentElement.dataset.redraw;
    zoom(factor, left(0), down(0));
    const labels = taken.slice(lit.length);
    expect(document.documentElement.dataset.redraw >= 0 && labels.length, "not drawn");
    expect(Math.abs(left(0) - place) < 1 && view.scale > 3 * before || factor === 1, "no zoom");
    labels.forEach((one, k) => labels.slice(k + 1).forEach(two =>
      expect(apart(one, two), "labels overlap")));
  }
});
