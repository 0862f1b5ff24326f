// The look of the pages of a road: sections, drawings of money and disputes, uploads.

extension Style {
  static let roads = """
    h1.object{font-size:1.05rem;line-height:1.4;margin-bottom:.8rem}
    h1.object code{font-size:1rem;font-weight:600}
    .tabs{border-bottom:1px solid var(--line);margin:1.5rem 0 0;overflow-x:auto}
    .tabs ul{display:flex;gap:.25rem;list-style:none;margin:0;padding:0}
    .tabs a{display:block;padding:.45rem .7rem;text-decoration:none;white-space:nowrap}
    .tabs a:hover{background:var(--tint)}
    section{scroll-margin-top:1rem}
    .clock{font-variant-numeric:tabular-nums;white-space:nowrap}
    svg.chart{max-width:34rem}
    .chart .dash{stroke-dasharray:5 4}.chart .won{fill:var(--focus);opacity:.55}
    .chart .flow{fill:var(--teal);opacity:.22}.chart .flow.bad{fill:var(--bad);opacity:.22}
    .chart .agreed{fill:var(--teal);opacity:.35}.chart .wedge{fill:var(--tint)}
    pre.inner{margin:0;padding:.4rem .6rem;max-height:22rem;overflow:auto;white-space:pre-wrap;
    overflow-wrap:anywhere;min-width:16rem}
    pre.command{max-width:54rem;white-space:pre-wrap;overflow-wrap:anywhere}
    ol.proofs{list-style:none;counter-reset:stop;margin:1.4rem 0;padding:0;max-width:54rem}
    ol.proofs li{counter-increment:stop;position:relative;padding:0 0 1.1rem 2.6rem}
    ol.proofs li::before{content:counter(stop);position:absolute;left:0;top:.1rem;width:1.6rem;
    height:1.6rem;border-radius:50%;background:var(--teal);color:var(--sheet);text-align:center;
    font:600 .9rem/1.6rem var(--sans)}
    ol.proofs li::after{content:"";position:absolute;left:.72rem;top:1.8rem;bottom:-.1rem;width:3px;
    background:var(--teal)}
    ol.proofs li:last-child::after{display:none}
    ol.proofs li.failed::before{background:var(--bad);border-radius:4px;content:"!"}
    ol.proofs li.ahead::before{background:var(--edge)}
    ol.proofs li.ahead::after,ol.proofs li.failed::after{background:var(--line)}
    ol.proofs h3{margin:0}ol.proofs p{margin:.1rem 0}
    .verdict{border:2px solid var(--good);background:var(--goodtint);border-radius:8px;
    padding:.8rem 1.15rem;max-width:54rem}
    .verdict.bad{border-color:var(--bad);background:var(--badtint)}
    .verdict h2{margin:0 0 .2rem}
    .drop{display:grid;gap:.8rem;border:2px dashed var(--edge);border-radius:8px;padding:1.4rem;
    max-width:34rem;background:var(--sheet);
    grid-template-columns:minmax(0,1fr)}.drop input{width:100%;padding:1.1rem}
    .drop button{justify-self:start}
    @media(max-width:640px){.stations a,.stations li>span:first-child{justify-items:start}}

    """
}
