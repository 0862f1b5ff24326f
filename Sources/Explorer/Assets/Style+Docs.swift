// The look of the documentation: a list of pages, the page, and its outline.

extension Style {
  static let docs = """
    .docs{display:grid;gap:1rem 2.5rem;grid-template-columns:minmax(0,1fr)}
    .paper{min-width:0}.paper p,.paper ul,.paper ol,.paper blockquote{max-width:46rem}
    .paper li{margin:.2rem 0}.paper img{max-width:100%;height:auto;background:#fff;
    border-radius:8px;padding:.5rem}.paper h2{scroll-margin-top:1rem}
    .paper td.wrap,.paper th{white-space:normal}.paper td.wrap{min-width:7rem}
    .paper p code,.paper li code,.paper td code{background:var(--tint);border-radius:3px;
    padding:.05em .3em;overflow-wrap:anywhere}.paper td code{overflow-wrap:break-word}
    blockquote{margin:1rem 0;border-left:4px solid var(--focus);padding-left:1rem}
    hr{border:0;border-top:1px solid var(--line);margin:2rem 0}
    .menu{font-size:.93rem}.menu form{margin-bottom:.6rem}.menu input{width:100%}
    .menu details{background:none;border:0;padding:0;margin:.4rem 0}
    .menu ul,.outline ul{list-style:none;margin:.2rem 0 .6rem;padding:0}
    .menu li a,.outline li a{display:block;padding:.16rem .5rem;text-decoration:none;
    border-left:3px solid var(--line)}
    .menu a[aria-current]{border-color:var(--focus);color:var(--ink);font-weight:600}
    .findings{list-style:none;padding:0}.findings h3{margin-bottom:0}.findings .over{margin:0}
    .inline{display:flex;flex-wrap:wrap;gap:.3rem 1rem;list-style:none;padding:0}
    .route .about{color:var(--soft);font-weight:400}.route summary code{overflow-wrap:anywhere}
    .route h3 small{color:var(--soft);font-weight:400;font-family:var(--sans)}
    @media(max-width:899px){.menu ul{display:flex;flex-wrap:wrap;gap:.1rem}
    .menu details{display:inline-block;margin-right:1rem;vertical-align:top}
    .menu details[open] ul{max-height:7.6rem;overflow-y:auto}}
    @media(min-width:900px){.docs{grid-template-columns:14rem minmax(0,1fr)}
    .outline{display:none}}
    @media(min-width:1280px){.docs{grid-template-columns:13.5rem minmax(0,1fr) 12rem}
    .outline{display:block;font-size:.88rem;position:sticky;top:1rem;align-self:start}}

    """
}
