/// How diagrams look, in the colours of ``PageStyle``.
enum DiagramStyle {
  static let css = """
    .net text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-size:11px;\
    fill:var(--muted)}
    .net .name{font-size:13px;font-weight:600;fill:var(--ink)}
    .net .mark{font-size:17px;fill:var(--accent);text-anchor:middle}
    .net rect{fill:var(--box);stroke:var(--line);stroke-width:1}
    .net .holds>rect{fill:var(--tint);fill-opacity:.07;stroke:var(--tint);stroke-opacity:.6}
    .net .port>rect{fill:var(--tint);fill-opacity:.14;stroke:none}
    .net .port .name{text-anchor:middle;font-weight:500}
    .net .code>rect,.net .again>rect{stroke-dasharray:4 3}
    .net .wrong>rect{stroke:var(--bad);stroke-opacity:1;stroke-width:2}
    .net path{fill:none;stroke:var(--line);stroke-width:1.4}
    .net path.learnable,.net path.tie{stroke:var(--tie);stroke-dasharray:5 4}
    .net path.upward{stroke:var(--bad)}
    .net .tip{fill:var(--line);stroke:none}
    .net .tie-tip{fill:var(--tie);stroke:none}
    .net .upward-tip{fill:var(--bad);stroke:none}
    .net a{text-decoration:none}
    .net a:hover rect,.net a:focus rect{stroke:var(--accent)}
    .net [role=button]{cursor:pointer}
    .net [role=button]:hover rect,.net [role=button]:focus>rect{stroke-width:2;stroke-opacity:1}
    .net :focus{outline:none}
    """
}
