/// How pages look: plain, light or dark as the reader's system is, on a phone as on a desk.
package enum PageStyle {
  /// Colours by what they are for.
  package static let colors = """
    :root{--paper:#fbfbfa;--panel:#ffffff;--box:#ffffff;--ink:#1d2126;--muted:#5d6670;\
    --rule:#dcdfe3;--line:#8a939d;--accent:#22577a;--tie:#8a5a00;--bad:#b3261e;--tint:#22577a;\
    color-scheme:light dark}
    @media(prefers-color-scheme:dark){:root{--paper:#14171a;--panel:#1b1f24;--box:#23282e;\
    --ink:#e6e8ea;--muted:#a0a8b1;--rule:#343a41;--line:#77818c;--accent:#8ac0e6;--tie:#e0b15a;\
    --bad:#ff8a80;--tint:#8ac0e6}}
    """

  /// Text, tables, figures in a row, and what rolls sideways within itself.
  package static let page = """
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);\
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;\
    -webkit-text-size-adjust:100%}
    main{max-width:1180px;margin:0 auto;padding:28px 20px 64px}
    h1{font-size:1.6rem;line-height:1.25;margin:0 0 18px;overflow-wrap:anywhere}
    h2{font-size:1.15rem;margin:36px 0 10px}
    p{margin:0 0 12px}
    .muted{color:var(--muted)}
    a{color:var(--accent)}
    dl.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(148px,1fr));gap:10px;\
    margin:0}
    dl.figures div{background:var(--panel);border:1px solid var(--rule);border-radius:8px;\
    padding:10px 14px}
    dl.figures dt{color:var(--muted);font-size:.82rem}
    dl.figures dd{margin:0;font-size:1.15rem;font-variant-numeric:tabular-nums;\
    overflow-wrap:anywhere}
    ul.problems{list-style:none;margin:0;padding:0}
    ul.problems li{border-left:4px solid var(--bad);background:var(--panel);padding:10px 14px;\
    margin:0 0 10px;border-radius:0 8px 8px 0;overflow-wrap:anywhere}
    .rolling{overflow:auto;border:1px solid var(--rule);border-radius:8px;background:var(--panel);\
    -webkit-overflow-scrolling:touch}
    table{border-collapse:collapse;width:100%;font-size:.875rem}
    th,td{text-align:left;padding:6px 12px;border-bottom:1px solid var(--rule);\
    vertical-align:top;white-space:nowrap}
    th{color:var(--muted);font-weight:600;position:sticky;top:0;background:var(--panel)}
    tbody tr:last-child td{border-bottom:0}
    td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
    tr:target td{background:color-mix(in srgb,var(--accent) 16%,transparent)}
    button{font:inherit;font-size:.875rem;color:var(--ink);background:var(--panel);\
    border:1px solid var(--rule);border-radius:8px;padding:6px 14px;min-height:36px;cursor:pointer}
    button:hover{border-color:var(--accent)}
    pre{margin:0;padding:14px;font:12px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
    summary{cursor:pointer;padding:8px 0}
    @media(max-width:600px){main{padding:18px 12px 48px}h1{font-size:1.35rem}\
    th,td{padding:6px 9px}}
    """
}
