/// How the page of a sweep looks, beside what all pages have.
enum SweepPageStyle {
  static let css = """
    .legend{font-size:.875rem;color:var(--muted);margin:8px 0 10px}
    .scale{display:inline-block;width:72px;height:8px;border-radius:4px;margin:0 4px;\
    background:linear-gradient(to right,var(--worst),var(--best))}
    :root{--best:var(--accent);--worst:#e3b778}
    @media(prefers-color-scheme:dark){:root{--worst:#7a5a26}}
    .plot svg{display:block}
    .plot text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--muted)}
    .plot .name{fill:var(--ink);font-weight:600;font-size:13px}
    .plot .axis{stroke:var(--line);stroke-width:1}
    .plot .brush{fill:var(--accent);fill-opacity:.18;stroke:var(--accent)}
    .plot .grip{fill:transparent;cursor:ns-resize;touch-action:pan-x}
    .plot .trial{fill:none;stroke-width:1.6;stroke-opacity:.85;stroke-linejoin:round}
    .plot .trial.stopped,.plot .trial.paused{stroke-dasharray:5 4;stroke-opacity:.6}
    .plot .trial.failed{stroke:var(--bad);stroke-dasharray:2 4;stroke-opacity:.6}
    .plot .trial.out{stroke:var(--rule);stroke-opacity:.5}
    .plot.pointed .trial:not(.shown){stroke-opacity:.18}
    .plot .trial.shown{stroke-width:3.5;stroke-opacity:1}
    .plot .halo{paint-order:stroke;stroke:var(--panel);stroke-width:3px}
    .readout{min-height:3em;margin:8px 0 0;font-size:.875rem;overflow-wrap:anywhere}
    tr.out td{color:var(--muted);opacity:.5}
    tr.shown td{background:color-mix(in srgb,var(--accent) 16%,transparent)}
    tr.failed td:last-child{white-space:normal;min-width:22em;color:var(--bad)}
    .settings th{position:static;width:1%}
    .settings td{white-space:normal;overflow-wrap:anywhere}
    """
}
