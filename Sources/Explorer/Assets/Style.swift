// The look of the site, described in docs/concepts/looks.md.

enum Style {
  static let text = tokens + frame + parts + stations + charts + lists + docs + counter + roads

  /// Colours by role, for both schemes. Text has a contrast of 4.5 or more on its grounds.
  private static let tokens = """
    :root{--ground:#fbf9f4;--sheet:#fff;--ink:#1c2329;--soft:#55606a;--line:#ddd7ca;--edge:#8b8577;
    --teal:#0e5a5d;--tint:#e6f0ee;--brass:#7a5410;--good:#1d6637;--bad:#a02626;--wait:#7a5410;
    --goodtint:#e4f1e7;--badtint:#f9e6e4;--waittint:#f6ecd7;--focus:#c98a1b;
    --mono:ui-monospace,"SF Mono","Cascadia Mono","DejaVu Sans Mono",Menlo,Consolas,monospace;
    --sans:system-ui,-apple-system,"Segoe UI","Noto Sans","DejaVu Sans",sans-serif;
    --serif:"Iowan Old Style","Palatino Linotype",Palatino,"Noto Serif","DejaVu Serif",
    Georgia,serif}
    @media(prefers-color-scheme:dark){:root{--ground:#12171b;--sheet:#1a2126;--ink:#e9e5db;
    --soft:#a5adb3;--line:#313a41;--edge:#6d777e;--teal:#7cc9c4;--tint:#19302f;--brass:#e0b662;
    --good:#85cf9b;--bad:#f29a92;--wait:#e0b662;--goodtint:#1a2f21;--badtint:#3a2021;
    --waittint:#332912;--focus:#e0b662}}

    """

  private static let frame = """
    *{box-sizing:border-box}
    html{background:var(--ground);color:var(--ink);font:16px/1.55 var(--sans);
    -webkit-text-size-adjust:100%}
    body{margin:0;min-height:100vh;display:flex;flex-direction:column}
    .wide{width:100%;max-width:76rem;margin:0 auto;padding:0 1.25rem}
    main{flex:1;padding-bottom:3rem}
    a{color:var(--teal);text-decoration-thickness:.06em;text-underline-offset:.18em}
    a:hover{text-decoration-thickness:.14em}
    :focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:3px}
    .skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--sheet);
    padding:.5rem 1rem;z-index:2}
    .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);
    white-space:nowrap}
    .top{border-bottom:1px solid var(--line);background:var(--sheet);margin-bottom:1.75rem}
    .top>div{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem 1.5rem;padding-top:.7rem}
    .mark{display:flex;align-items:center;line-height:0;color:var(--ink);
    min-height:calc(2.31rem + 2px)}
    .mark text{font:600 17px var(--serif);fill:var(--ink);letter-spacing:.04em}
    .mark .rail{stroke:var(--teal);stroke-width:1.6}.mark .stops{fill:var(--teal)}
    .mark .last{fill:var(--focus)}
    .search{flex:1 1 16rem;min-width:0;display:flex;gap:.5rem;max-width:34rem;margin-left:auto}
    .search input{flex:1;min-width:0}
    input,select,textarea{font:inherit;color:inherit;background:var(--ground);
    border:1px solid var(--edge);border-radius:5px;padding:.38rem .65rem}
    button,.button{font:inherit;font-weight:600;color:var(--sheet);background:var(--teal);border:0;
    border-radius:5px;padding:.42rem .9rem;cursor:pointer;text-decoration:none;display:inline-block}
    button.quiet{background:none;color:var(--teal);border:1px solid var(--edge)}
    .top nav{flex-basis:100%;overflow-x:auto}
    .top nav ul{display:flex;gap:.25rem;list-style:none;margin:0 0 0 -.6rem;padding:0}
    .top nav a{display:block;padding:.45rem .6rem .55rem;text-decoration:none;color:var(--soft);
    border-bottom:3px solid transparent;white-space:nowrap}
    .top nav a:hover{color:var(--ink)}
    .top nav a[aria-current]{color:var(--ink);border-color:var(--focus);font-weight:600}
    footer{border-top:1px solid var(--line);padding-top:.9rem;padding-bottom:1.4rem;
    color:var(--soft);font-size:.875rem}
    h1,h2,h3{font-family:var(--serif);line-height:1.2;font-weight:600;text-wrap:balance}
    h1{font-size:1.9rem;margin:0 0 .4rem}h2{font-size:1.3rem;margin:2.2rem 0 .6rem}
    h3{font-size:1.05rem;margin:1.4rem 0 .3rem}
    p{max-width:46rem;margin:.5rem 0}
    .lead{font-size:1.15rem;color:var(--ink);max-width:52rem}
    .over{color:var(--soft);font-size:.85rem;letter-spacing:.06em;text-transform:uppercase;
    margin:0 0 .25rem}
    code,pre,.id,.number{font-family:var(--mono);font-size:.9em}
    p code,li code{overflow-wrap:anywhere}
    pre{overflow-x:auto;background:var(--sheet);border:1px solid var(--line);border-radius:6px;
    padding:.8rem 1rem;line-height:1.45}

    """

  private static let parts = """
    .grid{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr))}
    .card{background:var(--sheet);border:1px solid var(--line);border-radius:8px;
    padding:1rem 1.15rem;min-width:0}
    .card>h2:first-child,.card>h3:first-child{margin-top:0}
    .tiles{display:grid;gap:1px;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));
    background:var(--line);border:1px solid var(--line);border-radius:8px;overflow:hidden;
    margin:1rem 0}
    .tiles>div{background:var(--sheet);padding:.7rem 1rem}
    .tiles dt,.tiles span{color:var(--soft);font-size:.85rem}
    .tiles dd,.tiles strong{display:block;margin:0;font:600 1.35rem/1.3 var(--serif);
    font-variant-numeric:tabular-nums lining-nums}
    .fields{margin:1rem 0;background:var(--sheet);border:1px solid var(--line);border-radius:8px}
    .fields>div{display:grid;grid-template-columns:minmax(8rem,13rem) 1fr;gap:.25rem 1rem;
    padding:.5rem 1rem}
    .fields>div+div{border-top:1px solid var(--line)}
    .fields dt{color:var(--soft)}.fields dd{margin:0;min-width:0;overflow-wrap:anywhere}
    .scroll{overflow-x:auto;background:var(--sheet);border:1px solid var(--line);border-radius:8px;
    margin:.75rem 0}
    table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums lining-nums}
    th,td{text-align:left;padding:.45rem .8rem;white-space:nowrap;vertical-align:top}
    th{color:var(--soft);font-weight:500;font-size:.85rem;border-bottom:1px solid var(--line);
    white-space:normal;vertical-align:bottom}
    tbody tr+tr td{border-top:1px solid var(--line)}tbody tr:hover td{background:var(--tint)}
    .n{text-align:right}td.wrap{white-space:normal;min-width:16rem}
    .money{color:var(--brass);font-variant-numeric:tabular-nums}
    .none,.empty{color:var(--soft)}
    .badge{display:inline-block;border:1px solid var(--edge);border-radius:99px;
    padding:0 .6rem;font-size:.85rem;line-height:1.5;white-space:nowrap}
    .badge.good{color:var(--good);border-color:var(--good);background:var(--goodtint)}
    .badge.bad{color:var(--bad);border-color:var(--bad);background:var(--badtint)}
    .badge.wait{color:var(--wait);border-color:var(--wait);background:var(--waittint)}
    .whole{overflow-wrap:anywhere}.copy{font-size:.75rem;padding:.05rem .45rem;margin-left:.5rem;
    background:none;color:var(--teal);border:1px solid var(--edge)}
    .pager{display:flex;gap:1rem;margin:1rem 0}
    .filters{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:end;margin:1rem 0}
    .filters label{display:grid;gap:.15rem;font-size:.85rem;color:var(--soft)}
    details{background:var(--sheet);border:1px solid var(--line);border-radius:8px;
    padding:.5rem 1rem;margin:.75rem 0}
    summary{cursor:pointer;font-weight:600}
    .note{border-left:4px solid var(--focus);background:var(--waittint);padding:.5rem 1rem;
    border-radius:0 6px 6px 0;max-width:52rem}
    @media(min-width:100rem){.wide{max-width:92rem}}
    @media(max-width:640px){.fields>div{grid-template-columns:1fr}h1{font-size:1.55rem}
    .search{order:3;flex-basis:100%;margin-left:0}.wide{padding:0 1rem}}

    """

  private static let stations = """
    .stations{display:grid;grid-template-columns:repeat(9,1fr);list-style:none;margin:1.4rem 0;
    padding:0;font-size:.85rem}
    .stations li{position:relative;text-align:center}
    .stations li::before{content:"";position:absolute;top:.55rem;left:-50%;width:100%;height:3px;
    background:var(--line)}
    .stations li:first-child::before{display:none}
    .stations .done::before,.stations .now::before,.stations .failed::before{background:var(--teal)}
    .stations a,.stations li>span:first-child{display:grid;justify-items:center;gap:.3rem;
    text-decoration:none;color:inherit;position:relative}
    .stations a:hover span{text-decoration:underline}
    .stop{width:1.2rem;height:1.2rem;border-radius:50%;border:3px solid var(--edge);
    background:var(--ground)}
    .done .stop{background:var(--teal);border-color:var(--teal)}
    .now .stop{border-color:var(--focus);background:var(--focus)}
    .failed .stop{background:var(--bad);border-color:var(--bad);border-radius:3px}
    .ahead{color:var(--soft)}.now{font-weight:600}
    @media(prefers-reduced-motion:no-preference){.now .stop{animation:wait 2s ease-in-out infinite}
    @keyframes wait{50%{box-shadow:0 0 0 5px var(--waittint)}}}
    @media(max-width:640px){.stations{grid-template-columns:1fr;margin:1rem 0}
    .stations li{text-align:left;padding:.15rem 0}
    .stations li::before{left:.5rem;top:-50%;width:3px;height:100%}
    .stations a,.stations li>span:first-child{grid-template-columns:auto 1fr;gap:.7rem}}

    """

  private static let charts = """
    .chart{display:block;width:100%;height:auto;margin:.75rem 0;background:var(--sheet);
    border:1px solid var(--line);border-radius:8px}
    .chart text{font:12px var(--sans);fill:var(--soft);font-variant-numeric:tabular-nums}
    .chart .axis{stroke:var(--edge)}.chart .rule{stroke:var(--line)}
    .chart .ink{stroke:var(--teal);fill:none;stroke-width:2}.chart .fill{fill:var(--teal)}
    .chart .area{fill:var(--tint)}.chart .brass{stroke:var(--focus);fill:none;stroke-width:2}
    .chart .dot{fill:var(--focus)}.chart .bad{fill:var(--bad)}.chart .badline{stroke:var(--bad)}
    .chart .strong{fill:var(--ink);font-weight:600}

    """
}
