// What every page has: a few words for its elements, and a test of itself. Opened with #test it
// runs what `test` was given and writes the verdict into <html data-verdict="...">, where a browser
// without a screen shows it.
const at = id => document.getElementById(id);
const within = (x, least, most) => Math.min(Math.max(x, least), most);
const colour = name =>                                       // of page.css, for light or dark
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);

function make(tag, properties, ...children) {                // children: elements, or mere text
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const faults = [], tests = [];

addEventListener("error", event => {
  faults.push(event.message || `cannot load ${event.target.src || event.target.href}`);
}, true);

function test(name, body) { tests.push([name, body]); }

function expect(condition, message) { if (!condition) throw new Error(message); }

addEventListener("load", async () => {
  if (location.hash !== "#test") return;
  for (const [name, body] of tests) {
    try { await body(); } catch (error) { faults.push(`${name}: ${error.message}`); }
  }
  const verdict = faults.length ? `failed: ${faults.join("; ")}` : `passed ${tests.length}`;
  document.documentElement.dataset.verdict = verdict;
  if (parent !== window) parent.postMessage(verdict, "*");   // many pages, tested from one
});
