import LigatureDrawing

/// What opens and closes boxes in a page.
///
/// The layout is that of ``Arrangement``, which has decided upon rows and on how far to the right
/// everything stands; what changes is how far down.
enum PageScript {
  /// Numbers only, so nothing in it needs escaping.
  static func data(_ arrangement: Arrangement) -> String {
    let diagram = arrangement.diagram
    let n = SVGText.number
    var rows: [Int: Int] = [:]
    for block in arrangement.blocks.values {
      for (row, parts) in block.rows.enumerated() { for part in parts { rows[part] = row } }
    }
    let boxes = diagram.boxes.enumerated().map { number, box in
      let label = arrangement.labels[number]
      let parent = box.parent ?? -1
      let middle = arrangement.blocks[parent]?.middles[number] ?? 0
      let block = arrangement.blocks[number]
      let gaps = block.map { $0.gaps.map(n).joined(separator: ",") } ?? ""
      let width = block.map { max(label.size.width, $0.width + 2 * Arrangement.Metric.inset) } ?? 0
      return "[\(parent),\(rows[number] ?? 0),\(n(middle)),\(n(label.size.width)),"
        + "\(n(label.size.height)),\(n(width)),\(n(block?.width ?? 0)),[\(gaps)],"
        + "\(box.isOpen ? 1 : 0)]"
    }
    let lines = diagram.boxes.indices.flatMap { number in
      (arrangement.blocks[number]?.routes ?? []).map { route in
        let line = diagram.boxes[number].lines[route.line]
        let ends = route.isUpward ? [line.target, line.source] : [line.source, line.target]
        let stops = route.stops.map { "[\($0.row),\(n($0.x))]" }.joined(separator: ",")
        let upper = route.beginsAtBox ? ends[0] : -1
        return "[\(number),\(route.line),\(upper),\(ends[1]),[\(stops)]]"
      }
    }
    let ties = diagram.ties.map { "[\($0.user),\($0.owner)]" }
    return
      "const boxes=[\(boxes.joined(separator: ","))],\nlines=[\(lines.joined(separator: ","))],\n"
      + "ties=[\(ties.joined(separator: ","))],\n"
      + "inset=\(n(Arrangement.Metric.inset)),margin=\(n(Arrangement.Metric.margin)),"
      + "lane=\(n(Arrangement.Metric.lane)),lanes=\(Arrangement.Metric.lanes);"
  }

  static let code = """
    const B = boxes.map(([parent, row, middle, width, height, wide, inner, gaps, open], id) =>
      ({id, parent, row, middle, width, height, wide, inner, gaps, open: !!open, parts: [],
        element: document.getElementById("b" + id)}));
    for (const b of B) if (b.parent >= 0) B[b.parent].parts.push(b);
    const holders = B.filter(b => b.parts.length && b.id);
    const svg = document.querySelector("svg.net");
    const show = (element, isShown) => { element.style.display = isShown ? "" : "none"; };

    function measure() {
      for (let id = B.length - 1; id >= 0; id--) {
        const b = B[id];
        b.w = b.width; b.h = b.height;
        if (!b.open || !b.parts.length) continue;
        const heights = b.gaps.map(() => 0);
        for (const part of b.parts) heights[part.row] = Math.max(heights[part.row], part.h);
        let y = 0;
        b.edges = heights.map((height, row) => {
          const edge = [y, y + height];
          y += height + (row + 1 < heights.length ? b.gaps[row] : 0);
          return edge;
        });
        b.w = b.wide; b.content = y; b.h = b.height + y + inset;
      }
    }

    function arrange() {
      measure();
      const root = B[0], xs = [];
      Object.assign(root, {x: margin - inset, y: margin, shown: true, w: root.wide});
      for (const b of B) {
        if (b.id) {
          const outer = B[b.parent];
          b.shown = outer.shown && outer.open;
          show(b.element, b.shown);
          if (b.shown) {
            const [top, bottom] = outer.edges[b.row];
            b.x = outer.ox + b.middle - b.w / 2;
            b.y = outer.oy + top + (bottom - top - b.h) / 2;
            xs.push(b.x, b.x + b.w);
            b.element.setAttribute("transform", `translate(${b.x} ${b.y})`);
            const frame = b.element.querySelector("rect");
            frame.setAttribute("width", b.w);
            frame.setAttribute("height", b.h);
            if (b.parts.length) {
              const mark = b.element.querySelector(".mark");
              mark.textContent = b.open ? "\\u2212" : "+";
              mark.setAttribute("x", b.w - 14);
              b.element.setAttribute("aria-expanded", b.open);
            }
          }
        }
        b.ox = b.x + (b.w - b.inner) / 2;
        b.oy = b.y + (b.id ? b.height : 0);
      }
      for (const [id, line, upper, lower, stops] of lines) {
        const path = document.getElementById("l" + id + "-" + line), b = B[id];
        const isShown = b.shown && b.open;
        show(path, isShown);
        if (!isShown) continue;
        for (const [, x] of stops) xs.push(b.ox + x);
        const first = b.oy + b.edges[stops[0][0]][1];
        let d = `M${b.ox + stops[0][1]} ${upper < 0 ? first : B[upper].y + B[upper].h}`, top = 0;
        for (let i = 1; i < stops.length; i++) {
          const [from, x] = stops[i - 1], [to, end] = stops[i];
          top = b.oy + b.edges[to][0];
          const a = b.oy + b.edges[from][1], z = top - (i + 1 === stops.length), half = (a + z) / 2;
          if (i > 1 || upper >= 0) d += `V${a}`;
          d += x === end ? `V${z}`
            : `C${b.ox + x} ${half} ${b.ox + end} ${half} ${b.ox + end} ${z}`;
        }
        const y = B[lower].y - 1;
        path.setAttribute("d", y > top ? d + `V${y}` : d);
      }
      const height = (root.content || 0) + 2 * margin;
      const left = xs.reduce((a, b) => Math.min(a, b)) - margin;
      const width = xs.reduce((a, b) => Math.max(a, b)) + margin;
      ties.forEach(([user, owner], place) => {
        const path = document.getElementById("t" + place);
        const [u, o] = [user, owner].map(id => {
          while (!B[id].shown) id = B[id].parent;
          return B[id];
        });
        show(path, u !== o);
        if (u === o) return;
        const x = width + lane * (place % lanes), from = u.y + u.h / 2 + 4, to = o.y + o.h / 2 - 4;
        const turn = from < to ? 6 : -6;
        path.setAttribute("d", `M${u.x + u.w} ${from}H${x - 6}Q${x} ${from} ${x} ${from + turn}` +
          `V${to - turn}Q${x} ${to} ${x - 6} ${to}H${o.x + o.w + 1}`);
      });
      const total = width - left + (ties.length && lane * Math.min(ties.length, lanes) + 4);
      svg.setAttribute("width", total);
      svg.setAttribute("height", height);
      svg.setAttribute("viewBox", `${left} 0 ${total} ${height}`);
    }

    function toggle(b) { b.open = !b.open; arrange(); }
    for (const b of holders) {
      b.element.addEventListener("click", () => toggle(b));
      b.element.addEventListener("keydown", event => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        toggle(b);
      });
    }
    function all(open) { for (const b of holders) b.open = open; arrange(); }
    for (const button of document.querySelectorAll("button[data-open]")) {
      button.addEventListener("click", () => all(button.dataset.open === "1"));
    }
    arrange();
    // The address can say what is open: #all, #none, or #toggle=3,5.
    if (location.hash === "#all") all(true);
    if (location.hash === "#none") all(false);
    if (location.hash.startsWith("#toggle=")) {
      for (const id of location.hash.slice(8).split(",")) if (B[id]?.parts.length) toggle(B[id]);
    }
    const frame = svg.parentElement;
    frame.scrollLeft = (frame.scrollWidth - frame.clientWidth) / 2;
    """
}
