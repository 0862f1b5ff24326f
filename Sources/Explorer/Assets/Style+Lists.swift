// The look of lists, sentences, charts side by side and pictures of models.

extension Style {
  static let lists = """
    .tiles{display:flex;flex-wrap:wrap}.tiles>div{flex:1 1 9.5rem}
    .steps{display:flex;flex-wrap:wrap;gap:.6rem;max-width:none;margin:1rem 0 0}
    .button{border:1px solid var(--teal)}
    .button.quiet{background:none;color:var(--teal);border:1px solid var(--edge)}
    .bad{color:var(--bad)}.tiles dd.note-line{font:400 .85rem/1.4 var(--sans);color:var(--soft)}
    .tiles .money{color:inherit}.tiles .note-line .money{color:var(--brass)}
    .tiles dd span,.tiles dd a{font:inherit;color:inherit}.tiles dd a{color:var(--teal)}
    .tiles dd .bad{color:var(--bad)}
    .feed{list-style:none;margin:.75rem 0;padding:0;background:var(--sheet);
    border:1px solid var(--line);border-radius:8px}
    .feed li{display:grid;grid-template-columns:11.5rem minmax(0,1fr) auto;gap:.25rem 1rem;
    padding:.55rem 1rem;align-items:baseline}
    .feed li+li{border-top:1px solid var(--line)}
    .feed p{margin:0;max-width:none;overflow-wrap:anywhere}.feed .id{white-space:nowrap}
    .feed .when{color:var(--soft);font-size:.85rem;text-align:right;white-space:nowrap}
    .feed .when time{display:block}
    a.check{color:inherit;text-decoration-style:dotted;text-decoration-color:var(--edge)}
    .stations a,.stations li>span:first-child{z-index:1}
    .counts{grid-template-columns:repeat(9,minmax(0,1fr))}.counts li{min-width:0}
    .stations.counts li::before{top:calc(3.5rem - 1.5px);background:var(--teal)}
    .counts .count{display:block;height:2.6rem;white-space:nowrap}
    .counts strong{display:block;font:600 1.2rem/1.3rem var(--serif);color:var(--ink)}
    .counts .ahead strong{color:var(--soft)}
    .counts small{display:block;line-height:1;font-size:.75rem;color:var(--soft);font-weight:400}
    .counts .name{font-weight:600;color:var(--ink)}.counts .gist{color:var(--soft);
    font-size:.8rem;line-height:1.35;font-weight:400;padding:0 .35rem;
    text-decoration:none!important}
    .charts{display:grid;gap:1rem 1.5rem;
    grid-template-columns:repeat(auto-fill,minmax(min(100%,24rem),1fr))}
    figure{margin:0;min-width:0}figcaption{font-size:.93rem;min-height:1.5em}
    .said{font-size:.85rem;color:var(--soft);margin:.25rem 0}
    .whisker{display:inline-block;vertical-align:middle}.whisker .rule{stroke:var(--line)}
    .whisker .ink{stroke:var(--teal);stroke-width:2}.whisker .fill{fill:var(--teal)}
    .whisker .faint{stroke:var(--edge);stroke-dasharray:3 2}
    .whisker .hollow{fill:var(--sheet);stroke:var(--edge);stroke-width:1.5}
    .chart .seen{fill:var(--focus);fill-opacity:.75}
    .graph{border-radius:8px}.graph .chart{width:auto;max-width:none;border:0;margin:0}
    .graph .box rect{fill:var(--tint);stroke:var(--teal)}
    .graph .wire{fill:none;stroke:var(--edge);stroke-width:1.5}
    .prose{display:block;white-space:normal;min-width:15rem}
    var{font-style:normal;color:var(--brass);border-bottom:1px dotted var(--edge)}
    .address{overflow-wrap:anywhere;font-family:var(--mono);font-size:1.35rem}
    .findings .id{overflow-wrap:anywhere}
    @media(max-width:899px){.feed li{grid-template-columns:1fr auto}
    .feed p{grid-column:1/-1;grid-row:2}}
    .scroll{background:linear-gradient(to left,var(--sheet) 30%,transparent) right/2.4rem 100%
    no-repeat local,linear-gradient(to left,var(--line),transparent) right/.9rem 100% no-repeat
    scroll,var(--sheet)}
    @media(max-width:640px){.told,.listed{position:relative}
    .told thead,.listed thead{position:absolute;display:block;width:1px;height:1px;overflow:hidden;
    clip-path:inset(50%)}
    .sorted thead{position:static;width:auto;height:auto;overflow:visible;clip-path:none}
    .sorted th{display:none}
    .sorted th.by{display:inline-block;border:0;padding:.15rem .9rem .15rem 0;text-align:left}
    .told table,.told tbody,.told tr,.listed table,.listed tbody,.listed tr{display:block}
    .told tr,.listed tr{padding:.55rem .9rem}
    .told tr+tr,.listed tr+tr{border-top:1px solid var(--line)}
    .told td,.listed td{display:block;text-align:left;white-space:normal;border:0!important;
    padding:.1rem 0;overflow-wrap:anywhere}
    .listed td{display:inline-block;margin-right:1rem;vertical-align:baseline}
    .told td:empty,.listed td:empty{display:none}
    .told .n::before,.listed td:not(:first-child)::before{content:attr(data-label) " ";
    color:var(--soft);font-size:.8rem}
    .listed td[data-label="State"]::before,.listed td[data-label="Verdict"]::before{
    content:none!important}
    .feed li{grid-template-columns:minmax(0,1fr)}
    .prose{min-width:12rem}.feed .when{text-align:left}.feed .when time{display:inline}
    .counts{grid-template-columns:1fr}.counts li{padding:0 0 .6rem}
    .stations.counts li::before{top:.7rem;left:calc(6.3rem - 1.5px);width:3px;
    height:100%;display:block}
    .stations.counts li:last-child::before{display:none}
    .counts a{grid-template-columns:5rem 1.2rem minmax(0,1fr)!important;gap:0 .7rem!important;
    justify-items:start!important}
    .counts .count{height:auto;text-align:right;width:100%;white-space:normal;grid-row:1/span 2}
    .counts .stop{grid-row:1/span 2}.counts .gist{padding:0}
    .counts strong{line-height:1.2}.top nav{overflow:visible}.top nav ul{flex-wrap:wrap;gap:0}
    .top nav a{padding:.3rem .55rem}.address{font-size:1.05rem}}

    """
}
