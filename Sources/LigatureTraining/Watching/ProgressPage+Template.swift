extension ProgressPage {
  /// The page, in which the script draws what stands in place of the data.
  static let template = #"""
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Training</title>
    <style>
    :root { color-scheme: light dark; --ink: #1d2733; --soft: #5d6b7a; --line: #d8dee6; --page: #f6f8fa;
      --card: #fff; --training: #0072b2; --validation: #d55e00; --other: #009e73; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e6ebf1; --soft: #9aa7b5; --line: #36414d;
      --page: #12181f; --card: #1b232c; --training: #56b4e9; --validation: #e69f00; --other: #3ddbb0; } }
    * { box-sizing: border-box; }
    body { margin: 0; padding: 20px; background: var(--page); color: var(--ink);
      font: 15px/1.45 system-ui, sans-serif; }
    main { max-width: 1240px; margin: 0 auto; }
    h1 { font-size: 22px; margin: 0 0 4px; } h2 { font-size: 16px; margin: 0 0 6px; }
    .state { color: var(--soft); margin: 0 0 16px; overflow-wrap: anywhere; }
    .state b { color: var(--ink); }
    .facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 10px;
      margin: 0 0 16px; }
    .facts div, .card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
    .facts div { padding: 8px 12px; } .facts dt { color: var(--soft); font-size: 13px; }
    .facts dd { margin: 0; font-variant-numeric: tabular-nums; }
    .switches { display: flex; flex-wrap: wrap; gap: 8px 18px; align-items: center; margin: 0 0 16px; }
    .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr));
      gap: 16px; }
    .card { padding: 14px; min-width: 0; } svg { display: block; width: 100%; height: auto; }
    .legend { display: flex; gap: 16px; color: var(--soft); font-size: 13px; }
    .legend i { display: inline-block; width: 18px; height: 3px; margin-right: 6px; vertical-align: middle; }
    text { fill: var(--soft); font: 12px system-ui, sans-serif; }
    details { margin-top: 16px; } pre { overflow-x: auto; font: 13px/1.5 ui-monospace, monospace; }
    </style>
    </head>
    <body>
    <main>
    <h1>Training</h1>
    <p class="state" id="state"><noscript>This page draws with JavaScript.</noscript></p>
    <dl class="facts" id="facts"></dl>
    <div class="switches">
    <label>Smoothing <input id="smoothing" type="range" min="0" max="0.99" step="0.01" value="0"></label>
    <label><input id="logarithmic" type="checkbox"> logarithmic scale</label>
    </div>
    <div class="charts" id="charts"></div>
    <details><summary>Options</summary><pre id="options"></pre></details>
    </main>
    <script>
    "use strict";
    const content = /*DATA*/null;
    const number = (value) => value === "nan" ? NaN : value === "inf" ? Infinity
      : value === "-inf" ? -Infinity : value;
    const byId = (id) => document.getElementById(id);
    function element(name, attributes, parent, text) {
      const spaces = ["svg", "path", "line", "text", "circle"];
      const made = spaces.includes(name) ? document.createElementNS("http://www.w3.org/2000/svg", name)
        : document.createElement(name);
      for (const key in attributes) made.setAttribute(key, attributes[key]);
      if (text !== undefined) made.textContent = text;
      if (parent) parent.append(made);
      return made;
    }
    function remembered(key, value) {
      try {
        if (value === undefined) return sessionStorage.getItem(key);
        sessionStorage.setItem(key, value);
      } catch { return null; }
    }
    function state() {
      const age = (Date.now() - content.written) / 1000;
      const silent = content.state === "running" && age > Math.max(60, 20 * content.interval);
      const place = byId("state");
      place.textContent = "";
      element("b", {}, place, silent ? "No news for " + Math.round(age / 60) + " minutes: it may have been ended."
        : content.words);
      place.append(" Written " + new Date(content.written).toLocaleString() + ".");
      document.title = { running: "Training", done: "Trained", stopped: "Stopped", failed: "Failed" }[content.state];
    }
    function ticks(low, high, logarithmic) {
      const found = [];
      if (logarithmic) {
        for (let e = Math.floor(low); e <= Math.ceil(high); e++) if (e >= low && e <= high) found.push(e);
        if (found.length >= 2) return found.filter((_, i) => i % Math.ceil(found.length / 6) === 0);
        found.length = 0;
      }
      const rough = (high - low) / 4 || 1, power = Math.pow(10, Math.floor(Math.log10(rough)));
      const step = [1, 2, 5, 10].map((f) => f * power).find((s) => s >= rough);
      for (let t = Math.ceil(low / step) * step; t <= high + step * 1e-9; t += step) found.push(t);
      return found;
    }
    const label = (value) => value === 0 ? "0" : Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3
      ? value.toExponential(1) : String(+value.toPrecision(4));
    function smoothed(values, share) {
      let mean = NaN;
      return values.map((v) => Number.isFinite(v) ? (mean = Number.isFinite(mean) ? share * mean + (1 - share) * v : v) : v);
    }
    function chart(data, parent) {
      const share = +byId("smoothing").value, logarithmic = byId("logarithmic").checked;
      const card = element("section", { class: "card" }, parent);
      element("h2", {}, card, data.title);
      // One unit is one pixel, so that texts are as large on a phone as on a desk.
      const w = Math.max(240, card.clientWidth - 28);
      const [h, left, bottom, top, right] = [Math.round(Math.min(300, Math.max(200, w / 2))), 56, 40, 10, 12];
      const scale = (v) => logarithmic ? (v > 0 ? Math.log10(v) : NaN) : v;
      const lines = data.lines.filter((line) => line.x.length).map((line) => {
        const raw = line.y.map(number);
        const kept = line.kind === "validation" ? raw : smoothed(raw, share);
        return { ...line, raw: raw.map(scale), y: kept.map(scale) };
      });
      const ys = lines.flatMap((line) => line.y).filter(Number.isFinite);
      const xs = lines.flatMap((line) => line.x);
      const svg = element("svg", { viewBox: "0 0 " + w + " " + h, role: "img", "aria-label": data.title }, card);
      let [low, high] = [Math.min(...ys), Math.max(...ys)];
      if (!ys.length) [low, high] = [0, 1];
      if (low === high) { const room = Math.abs(low) * 0.05 || 0.5; low -= room; high += room; }
      const room = (high - low) * 0.04; low -= room; high += room;
      let [first, last] = [Math.min(...xs), Math.max(...xs)];
      if (first === last) { first -= 0.5; last += 0.5; }
      const px = (x) => left + (x - first) / (last - first) * (w - left - right);
      const py = (y) => h - bottom - (y - low) / (high - low) * (h - bottom - top);
      for (const t of ticks(low, high, logarithmic)) {
        element("line", { x1: left, x2: w - right, y1: py(t), y2: py(t), stroke: "var(--line)" }, svg);
        element("text", { x: left - 8, y: py(t) + 4, "text-anchor": "end" }, svg,
          label(logarithmic ? Math.pow(10, t) : t));
      }
      for (const t of ticks(first, last, false)) {
        element("text", { x: px(t), y: h - bottom + 17, "text-anchor": t > last - (last - first) * 0.03 ? "end" : "middle" }, svg, label(t));
      }
      element("text", { x: (left + w - right) / 2, y: h - 4, "text-anchor": "middle" }, svg, "step");
      const path = (x, y) => {
        let pen = false, d = "";
        y.forEach((v, i) => { if (!Number.isFinite(v)) { pen = false; return; }
          d += (pen ? "L" : "M") + px(x[i]).toFixed(1) + " " + py(v).toFixed(1); pen = true; });
        return d;
      };
      const legend = element("div", { class: "legend" }, card);
      for (const line of lines) {
        const color = "var(--" + line.kind + ")";
        if (share > 0 && line.kind !== "validation") element("path", { d: path(line.x, line.raw.map(
          (v) => Math.min(high, Math.max(low, v)))), fill: "none", stroke: color, "stroke-opacity": 0.25 }, svg);
        element("path", { d: path(line.x, line.y), fill: "none", stroke: color, "stroke-width": 2 }, svg);
        if (line.x.length < 60) line.y.forEach((v, i) => { if (Number.isFinite(v))
          element("circle", { cx: px(line.x[i]).toFixed(1), cy: py(v).toFixed(1), r: 2.6, fill: color }, svg); });
        const entry = element("span", {}, legend);
        element("i", { style: "background: " + color }, entry);
        entry.append(line.name);
      }
    }
    function draw() {
      byId("charts").textContent = "";
      for (const data of content.charts) chart(data, byId("charts"));
    }
    for (const [name, value] of content.facts) {
      const fact = element("div", {}, byId("facts"));
      element("dt", {}, fact, name);
      element("dd", {}, fact, value);
    }
    byId("options").textContent = content.options;
    const smoothing = byId("smoothing"), logarithmic = byId("logarithmic");
    smoothing.value = remembered("smoothing") ?? 0;
    logarithmic.checked = remembered("logarithmic") === "true";
    smoothing.oninput = () => { remembered("smoothing", smoothing.value); draw(); };
    logarithmic.onchange = () => { remembered("logarithmic", String(logarithmic.checked)); draw(); };
    window.onresize = draw;
    state();
    draw();
    if (content.state === "running") {
      setInterval(state, 1000);
      setTimeout(() => location.reload(), Math.max(1000, 1000 * content.interval));
    }
    </script>
    </body>
    </html>
    """#
}
