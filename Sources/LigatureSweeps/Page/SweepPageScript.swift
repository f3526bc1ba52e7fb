/// What draws parallel coordinates in a page, in pixels, so that texts are as large on a phone as
/// on a desk.
enum SweepPageScript {
  static let code = #"""
    const plot = document.getElementById("plot"), readout = document.getElementById("readout");
    const trials = data.trials, names = data.axes.map((axis) => axis.name).concat(data.objective);
    const chosen = new Map();
    let shown = null, lines = [], brushes = [];

    function element(name, attributes, parent, text) {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const key in attributes) made.setAttribute(key, attributes[key]);
      if (text !== undefined) made.textContent = text;
      if (parent) parent.append(made);
      return made;
    }
    const label = (value) => value === 0 ? "0" : Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3
      ? value.toExponential(1).replace(".0e", "e").replace("e+", "e") : String(+value.toPrecision(3));

    // The objective's axis: logarithmic where values are of several orders of magnitude.
    const values = trials.map((trial) => trial.value).filter((value) => value !== null);
    const own = {low: Math.min(...values), high: Math.max(...values)};
    if (!values.length) Object.assign(own, {low: 0, high: 1});
    own.isLogarithmic = own.low > 0 && own.high / own.low > 50;
    if (own.high - own.low <= 1e-9 * Math.max(Math.abs(own.low), Math.abs(own.high))) {
      const room = Math.abs(own.low) * 0.05 || 0.5;
      own.low -= room;
      own.high += room;
    }
    const axes = data.axes.concat(own);
    function place(axis, value) {
      return axis.isLogarithmic ? Math.log(value / axis.low) / Math.log(axis.high / axis.low)
        : (value / 2 - axis.low / 2) / (axis.high / 2 - axis.low / 2);
    }
    function ticks(axis, most) {
      if (axis.texts) {
        const step = Math.ceil(axis.texts.length / most), last = Math.max(1, axis.texts.length - 1);
        return axis.texts.map((text, i) => [i / last, text]).filter((_, i) => i % step === 0);
      }
      if (axis.low === axis.high) return [[0, label(axis.low)]];
      const found = [];
      if (axis.isLogarithmic) {
        const [first, last] = [Math.log10(axis.low), Math.log10(axis.high)];
        const step = Math.max(1, Math.ceil((last - first) / most));
        for (let e = Math.ceil(first - 1e-9); e <= last + 1e-9; e += step) {
          for (const f of last - first < most / 3 ? [1, 2, 5] : [1]) {
            const value = f * Math.pow(10, e);
            if (value <= axis.high * (1 + 1e-9)) found.push(value);
          }
        }
        if (last - first < most / 3) for (const f of [2, 5]) {
          const value = f * Math.pow(10, Math.ceil(first - 1e-9) - 1);
          if (value >= axis.low) found.unshift(value);
        }
      }
      if (found.length < 2) {
        found.length = 0;
        const rough = (axis.high / most - axis.low / most) || 1;
        const power = Math.pow(10, Math.floor(Math.log10(rough)));
        let step = [1, 2, 5, 10].map((f) => f * power).find((s) => s >= rough * 0.999);
        if (axis.isWhole) step = Math.max(1, Math.round(step));
        const start = Math.ceil(axis.low / step - 1e-9);
        for (let n = start, k = 0; n * step <= axis.high + step * 1e-9 && k < 100; n++, k++) {
          found.push(n * step);
        }
      }
      return found.map((value) => [Math.min(1, Math.max(0, place(axis, value))), label(value)]);
    }

    // 0 for the worst value, 1 for the best; the middle of the values is in the middle, so that one
    // that went astray does not make all others look alike.
    const order = [...values].sort((a, b) => data.isHighest ? a - b : b - a);
    function quality(value) {
      if (order.length < 2) return 1;
      const rank = order.indexOf(value) / (order.length - 1);
      const share = place(own, value);
      return 0.5 * rank + 0.5 * (data.isHighest ? share : 1 - share);
    }
    const color = (trial) => trial.value === null ? "var(--bad)"
      : `color-mix(in oklab,var(--best) ${Math.round(100 * quality(trial.value))}%,var(--worst))`;

    const placesOf = (trial) => trial.places
      .concat(trial.value === null ? null : place(own, trial.value));
    function isChosen(trial) {
      const places = placesOf(trial);
      for (const [axis, [low, high]] of chosen) {
        if (places[axis] === null || places[axis] < low || places[axis] > high) return false;
      }
      return true;
    }

    function draw() {
      const old = plot.querySelector("svg");
      const left = plot.scrollLeft;
      if (old) old.remove();
      const ends = names.map((name) => Math.min(14, name.length) * 7.5 / 2);
      const room = Math.max(56, ends[0] + 10), tail = Math.max(40, ends[ends.length - 1] + 10);
      const width = Math.max(plot.clientWidth, room + tail + (axes.length - 1) * 96);
      const height = Math.round(Math.min(460, Math.max(300, width * 0.42)));
      const [top, bottom] = [44, height - 22];
      const svg = element("svg", {width, height, viewBox: `0 0 ${width} ${height}`, role: "img",
        "aria-label": "Parallel coordinates of all trials"}, plot);
      const x = (axis) => room + axis * (width - room - tail) / Math.max(1, axes.length - 1);
      const y = (share) => bottom - share * (bottom - top);
      // The best are drawn last, above the others.
      lines = [...trials].reverse().map((trial) => {
        const points = placesOf(trial).map((share, axis) => share === null ? null : [x(axis), y(share)])
          .filter((point) => point);
        const path = element("path", {
          d: points.map(([a, b], i) => (i ? "L" : "M") + a.toFixed(1) + " " + b.toFixed(1)).join(""),
          class: "trial " + trial.status,
        }, svg);
        return {trial, points, path};
      });
      brushes = axes.map((axis, number) => {
        element("line", {x1: x(number), x2: x(number), y1: top, y2: bottom, class: "axis"}, svg);
        const name = names[number];
        element("text", {x: x(number), y: 20, "text-anchor": "middle", class: "name"}, svg,
          name.length > 14 ? name.slice(0, 13) + "…" : name);
        for (const [share, text] of ticks(axis, Math.floor((bottom - top) / 44))) {
          element("line", {x1: x(number) - 4, x2: x(number), y1: y(share), y2: y(share), class: "axis"}, svg);
          element("text", {x: x(number) - 7, y: y(share) + 4, "text-anchor": "end", class: "halo"}, svg,
            text.length > 10 ? text.slice(0, 9) + "…" : text);
        }
        const rect = element("rect", {x: x(number) - 7, width: 14, rx: 3, class: "brush"}, svg);
        const grip = element("rect", {x: x(number) - 18, width: 36, y: top - 12, height: bottom - top + 24,
          class: "grip"}, svg);
        grip.addEventListener("pointerdown", (event) => brush(event, grip, number, top, bottom));
        return ([low, high]) => {
          rect.setAttribute("y", y(high));
          rect.setAttribute("height", Math.max(0, y(low) - y(high)));
        };
      });
      svg.addEventListener("pointermove", (event) => { if (!event.buttons) point(nearest(event, svg)); });
      svg.addEventListener("pointerdown", (event) => point(nearest(event, svg)));
      svg.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") point(null); });
      plot.scrollLeft = left;
      choose();
    }

    // Shows which trials are chosen.
    function choose() {
      brushes.forEach((show, axis) => show(chosen.get(axis) ?? [0, 0]));
      for (const line of lines) {
        line.isIn = isChosen(line.trial);
        line.path.classList.toggle("out", !line.isIn);
        line.path.style.stroke = line.isIn ? color(line.trial) : "";
      }
      mark();
    }

    function brush(event, grip, axis, top, bottom) {
      event.preventDefault();
      event.stopPropagation();
      shown = null;
      const box = grip.ownerSVGElement.getBoundingClientRect();
      const share = (e) => Math.min(1, Math.max(0, (bottom - (e.clientY - box.top)) / (bottom - top)));
      const start = share(event);
      const move = (e) => {
        const now = share(e);
        if (Math.abs(now - start) * (bottom - top) < 5) return;
        chosen.set(axis, [Math.min(start, now), Math.max(start, now)]);
        choose();
      };
      chosen.delete(axis);
      choose();
      const end = () => {
        window.removeEventListener("pointermove", move);
        window.removeEventListener("pointerup", end);
        window.removeEventListener("pointercancel", end);
      };
      window.addEventListener("pointermove", move);
      window.addEventListener("pointerup", end);
      window.addEventListener("pointercancel", end);
    }

    // The trial whose line passes nearest to the pointer, within 24 pixels.
    function nearest(event, svg) {
      const box = svg.getBoundingClientRect();
      const [px, py] = [event.clientX - box.left, event.clientY - box.top];
      let [least, found] = [24, null];
      for (const line of lines) {
        if (!line.isIn) continue;
        for (let i = 1; i < line.points.length; i++) {
          const [[ax, ay], [bx, by]] = [line.points[i - 1], line.points[i]];
          if (px < ax - 24 || px > bx + 24) continue;
          const t = Math.min(1, Math.max(0, ((px - ax) * (bx - ax) + (py - ay) * (by - ay))
            / ((bx - ax) ** 2 + (by - ay) ** 2)));
          const distance = Math.hypot(px - ax - t * (bx - ax), py - ay - t * (by - ay));
          if (distance <= least) [least, found] = [distance, line.trial];
        }
      }
      return found;
    }

    function point(trial) {
      if (trial === shown) return;
      shown = trial;
      mark();
    }
    function mark() {
      plot.classList.toggle("pointed", shown !== null);
      for (const line of lines) line.path.classList.toggle("shown", line.trial === shown);
      const front = lines.find((line) => line.trial === shown);
      if (front) front.path.parentNode.insertBefore(front.path, lines[lines.length - 1].path.nextSibling);
      for (const trial of trials) {
        const row = document.getElementById("trial-" + trial.number);
        row.classList.toggle("shown", trial === shown);
        row.classList.toggle("out", !isChosen(trial));
      }
      const count = trials.filter(isChosen).length;
      readout.textContent = shown
        ? "Trial " + shown.number + ": " + shown.texts.map((text, i) => names[i] + " " + text).join(", ")
          + (shown.value === null ? "" : ", " + data.objective + " " + label(shown.value)) + "; " + shown.words
        : chosen.size ? count + " of " + trials.length + " trials chosen" : "\u00a0";
    }
    for (const trial of trials) {
      const row = document.getElementById("trial-" + trial.number);
      row.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") point(trial); });
      row.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") point(null); });
      row.addEventListener("click", () => point(trial));
    }
    window.addEventListener("resize", draw);
    draw();
    // The address can say what is shown and chosen: #show=3, #axis-0=0.2,0.7.
    const wanted = location.hash.match(/^#show=(\d+)$/);
    if (wanted) point(trials.find((trial) => trial.number === +wanted[1]) ?? null);
    const range = location.hash.match(/^#axis-(\d+)=([\d.]+),([\d.]+)$/);
    if (range && +range[1] < axes.length) {
      chosen.set(+range[1], [+range[2], +range[3]]);
      choose();
    }
    if (data.isRunning) setInterval(() => { if (!chosen.size && !shown) location.reload(); }, 2000);
    """#
}
