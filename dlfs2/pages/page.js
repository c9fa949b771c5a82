// What every page has: a test of itself. Opened with #test it runs what `test` was given and
// writes the verdict into <html data-verdict="...">, where a browser without a screen shows it.
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
