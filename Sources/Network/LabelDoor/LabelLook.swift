// The look of the labelling page, and its few lines of script.

enum LabelLook {
  /// The site's colours, for both schemes.
  static let style = """
    :root{--ground:#fbf9f4;--sheet:#fff;--ink:#1c2329;--soft:#55606a;--line:#ddd7ca;--edge:#8b8577;\
    --teal:#0e5a5d;--tint:#e6f0ee;--good:#1d6637;--bad:#a02626;--wait:#7a5410;--focus:#c98a1b}\
    @media(prefers-color-scheme:dark){:root{--ground:#12171b;--sheet:#1a2126;--ink:#e9e5db;\
    --soft:#a5adb3;--line:#313a41;--edge:#6d777e;--teal:#7cc9c4;--tint:#19302f;--good:#85cf9b;\
    --bad:#f29a92;--wait:#e0b662;--focus:#e0b662}}\
    *{box-sizing:border-box}html{background:var(--ground);color:var(--ink);\
    font:16px/1.5 system-ui,-apple-system,"Segoe UI","Noto Sans","DejaVu Sans",sans-serif}\
    body{margin:0}main{max-width:56rem;margin:0 auto;padding:1rem 1.25rem 3rem}\
    h1,h2{font-family:"Palatino Linotype",Palatino,"Noto Serif","DejaVu Serif",Georgia,serif;\
    line-height:1.2;text-wrap:balance;overflow-wrap:anywhere}h1{font-size:1.6rem;margin:.6rem 0}\
    h2{font-size:1.2rem;margin:2.5rem 0 .4rem}.lead{font-size:1.15rem}\
    :focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:4px}\
    a{color:var(--teal)}\
    .progress{display:flex;flex-wrap:wrap;align-items:center;gap:.3rem 1rem;color:var(--soft);\
    margin:0}progress{flex:1 1 12rem;height:.6rem;accent-color:var(--teal)}\
    figure{margin:0 0 1rem;border:1px solid var(--line);border-radius:8px;background:var(--sheet);\
    padding:1rem;display:grid;place-items:center;min-height:10rem}\
    figure img{max-width:100%;max-height:60vh;min-width:min(12rem,100%);object-fit:contain;\
    image-rendering:auto}\
    pre{margin:0;width:100%;max-height:55vh;overflow:auto;white-space:pre-wrap;\
    overflow-wrap:anywhere;font:1.1rem/1.5 system-ui,sans-serif}\
    fieldset{border:0;margin:0;padding:0;min-width:0}legend{padding:0;color:var(--soft);\
    margin-bottom:.5rem}\
    .choices{display:grid;gap:.6rem;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr))}\
    button{font:inherit;font-weight:600;color:var(--ink);background:var(--sheet);\
    border:2px solid var(--edge);border-radius:8px;padding:.7rem .8rem;min-height:3rem;\
    cursor:pointer;overflow-wrap:anywhere;text-align:left}\
    button:hover{border-color:var(--teal)}\
    button[aria-pressed=true]{background:var(--tint);border-color:var(--teal)}\
    .ways{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:1rem;\
    margin:1.2rem 0 0}.ways button{margin-left:auto}button.quiet{font-weight:400}\
    kbd{font:600 .85em ui-monospace,Menlo,Consolas,monospace;border:1px solid var(--edge);\
    border-radius:4px;padding:.05em .4em;color:var(--soft)}\
    @media(hover:none){kbd{display:none}}\
    table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.35rem .8rem .35rem 0;\
    vertical-align:top;border-top:1px solid var(--line);overflow-wrap:anywhere}\
    th{color:var(--soft);font-weight:400;border:0;white-space:nowrap}\
    td[data-name=Label],td[data-name=Answers]{min-width:7rem}\
    .good{color:var(--good)}.bad{color:var(--bad)}.wait{color:var(--wait)}\
    @media(max-width:600px){thead{display:none}tr{display:block;border-top:1px solid var(--line);\
    padding:.4rem 0}td{display:grid;grid-template-columns:6.5rem minmax(0,1fr);border:0;\
    padding:.1rem 0}td::before{content:attr(data-name);color:var(--soft)}}
    """

  /// A key presses what it is written on. A key that is held down, or comes with another, does not.
  static let script = """
    document.addEventListener("keydown",e=>{\
    if(e.ctrlKey||e.altKey||e.metaKey||e.repeat)return;\
    if(e.key=="Enter"&&e.target.closest("a,button"))return;\
    const k=e.key.length==1?e.key.toLowerCase():e.key;\
    const b=[...document.querySelectorAll("[data-key]")].find(b=>b.dataset.key==k);\
    if(b){e.preventDefault();b.click()}})
    """
}
