// The look of the counter: a pad to draw on, choices, and the answer beside the drawing.

extension Style {
  static let counter = """
    .buy fieldset{margin:0 0 1rem;padding:1rem 1.15rem}
    .buy legend{font:600 1.2rem/1.2 var(--serif);padding:0 .4rem;margin-left:-.4rem}
    .buy input[type=radio]{width:1.05rem;height:1.05rem;margin:0 .35rem 0 0;
    accent-color:var(--teal);
    vertical-align:-.12em}
    .buy fieldset:first-child{display:grid;gap:1rem 2.5rem}
    @media(min-width:820px){.buy fieldset:first-child{grid-template-columns:20rem 1fr}}
    .pick{font-weight:600}.pad{display:grid;gap:.6rem;justify-items:start}.pad[hidden]{display:none}
    #ink{width:100%;max-width:20rem;aspect-ratio:1;border:2px solid var(--edge);border-radius:8px;
    background:var(--ground);touch-action:none;cursor:crosshair}
    .seen{display:flex;align-items:center;gap:.8rem;max-width:20rem;font-size:.88rem;
    color:var(--soft)}
    #seen{width:4rem;height:4rem;flex:none;border:1px solid var(--line);border-radius:4px;
    image-rendering:pixelated}
    .buy input[type=file]{max-width:100%}
    .models ul{margin:0;padding:.6rem 1.15rem;list-style:none}
    .models p{margin:0;padding:0 1.15rem .6rem}
    .samples{display:flex;flex-wrap:wrap;gap:.5rem}
    .sample{display:grid;justify-items:center;gap:.3rem;padding:.45rem;border:1px solid var(--line);
    border-radius:8px;cursor:pointer}
    .sample:has(:checked){border-color:var(--teal);background:var(--tint)}
    .digit{display:block;width:3.2rem;height:3.2rem;fill:var(--ink)}
    .ware,.payer{padding:.55rem 0}.ware+.ware,.payer+.payer{border-top:1px solid var(--line)}
    .ware p,.payer p{margin:.2rem 0 0 1.45rem}
    .till{margin-bottom:1.5rem;display:flex;flex-wrap:wrap;align-items:center;gap:.5rem 1.2rem}
    #pay{font-size:1.1rem;padding:.6rem 2.2rem}#pay:disabled{opacity:.55;cursor:progress}
    .trouble{border-color:var(--bad);background:var(--badtint)}
    .answer{display:grid;gap:1rem 2rem;align-items:center;margin:1rem 0;
    grid-template-columns:auto minmax(0,1fr)}
    .answer figure{margin:0;text-align:center;color:var(--soft);font-size:.88rem}
    .answer .digit{width:9rem;height:9rem;background:var(--sheet);border:1px solid var(--line);
    border-radius:8px;padding:.6rem}
    .big{font:600 1.7rem/1.2 var(--serif);margin:0 0 .3rem}.big strong{font-size:2.6rem;
    color:var(--teal)}
    .weights{width:100%;max-width:20rem;grid-column:1/-1}
    @media(min-width:960px){.answer{grid-template-columns:auto minmax(0,1fr) 19rem}
    .weights{grid-column:auto}}
    @media(max-width:480px){.answer{grid-template-columns:1fr}.answer figure{justify-self:start}}
    .weights text{font:12px var(--sans);fill:var(--soft);font-variant-numeric:tabular-nums}
    .weights .strong{fill:var(--ink);font-weight:600}.weights .rest{fill:var(--edge);opacity:.5}
    .weights .best{fill:var(--teal)}

    """
}
