// Search over names and sections, and symbols that light up in formula and code.
const box = document.createElement("div"), top_ = document.documentElement.dataset.top;
box.id = "search";
box.innerHTML = '<input type="search" aria-label="Search" '
  + 'placeholder="Search names, sections ( / )"><ol hidden></ol>';
document.querySelector("header").append(box);
const [field, list] = box.children;

function found(words) {
  const rank = ([name]) => {
    const at = name.toLowerCase().indexOf(words), last = name.toLowerCase().split(/[./]/).pop();
    return at < 0 ? 9 : last === words ? 0 : at === 0 ? 1 : last.startsWith(words) ? 2 : 3;
  };
  return names.map(entry => [rank(entry), entry]).filter(([place]) => place < 9)
    .sort((a, b) => a[0] - b[0]).slice(0, 12).map(([, entry]) => entry);
}

field.addEventListener("input", () => {
  const words = field.value.trim().toLowerCase();
  list.replaceChildren(...(words ? found(words) : []).map(([name, where, address]) => {
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = top_ + address;
    link.textContent = name;
    link.append(Object.assign(document.createElement("small"), { textContent: where }));
    item.append(link);
    return item;
  }));
  list.hidden = !list.children.length;
});
list.addEventListener("click", () => { list.hidden = true; });
box.addEventListener("focusout", event => { list.hidden ||= !box.contains(event.relatedTarget); });
addEventListener("keydown", event => {
  if (event.key === "/" && document.activeElement !== field) {
    field.focus();
    event.preventDefault();
  }
  if (event.key === "Escape") list.hidden = true;
  if (event.key === "Enter" && document.activeElement === field) list.querySelector("a")?.click();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], links = [...list.querySelectorAll("a")];
  if (!step || !box.contains(document.activeElement) || list.hidden) return;
  (links[links.indexOf(document.activeElement) + step] || field).focus();
  event.preventDefault();
});

const symbol = node => node.dataset.s || node.textContent;
addEventListener("pointerover", event => {
  document.querySelectorAll("i.lit").forEach(node => node.classList.remove("lit"));
  if (event.target.tagName !== "I") return;
  for (const node of document.querySelectorAll("main.source i"))
    node.classList.toggle("lit", symbol(node) === symbol(event.target));
});

test("search", () => {
  const search = words => { field.value = words; field.dispatchEvent(new Event("input")); };
  search("clip_grads");
  const place = "common/util/gradients.py.html#clip_grads";
  expect(list.querySelector("a")?.href.endsWith(place), "no clip_grads");
  list.dispatchEvent(new Event("click"));
  expect(list.hidden, "the list stays over what was found");
  search("");
  expect(list.hidden, "the list stays");
});
test("symbols", () => {
  for (const formula of document.querySelectorAll(".formula i")) {
    formula.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    for (const column of [".doc", ".row > pre"])
      expect(document.querySelector(`${column} i.lit`), `${symbol(formula)} not lit in ${column}`);
  }
});
