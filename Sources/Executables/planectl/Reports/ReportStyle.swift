/// How a report looks: on a wide screen, a narrow one, in the dark and on paper.
enum ReportStyle {
  static let sheet: StaticString = """
    :root{color-scheme:light dark;--ink:#1f2933;--soft:#52606d;--line:#d9dee4;--back:#fff;--band:#f5f7fa;--warn:#9b1c1c;\
    --training:#2f6fb0;--approval:#4b5fc0;--deployment:#1f7a4d;--drift:#9a6700;--revocation:#b42318;--undeployment:#6b4fa0;--other:#52606d}
    @media (prefers-color-scheme:dark){:root{--ink:#e4e7eb;--soft:#a3adb8;--line:#3a434d;--back:#14181d;--band:#1c2229;--warn:#ff8a80;\
    --training:#7db4e8;--approval:#a3b0f5;--deployment:#6fcf97;--drift:#e0b04c;--revocation:#ff8a80;--undeployment:#c3adf0;--other:#a3adb8}}
    *{box-sizing:border-box}
    body{margin:0 auto;padding:2rem 1.5rem 4rem;max-width:72rem;color:var(--ink);background:var(--back);\
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
    header{border-bottom:2px solid var(--ink);padding-bottom:.75rem}
    .kind{margin:0;color:var(--soft);text-transform:uppercase;letter-spacing:.08em;font-size:.8rem}
    h1{margin:0;font-size:2rem;line-height:1.2}
    h2{margin:2.25rem 0 .75rem;font-size:1.25rem}
    h3{margin:0 0 .5rem;font-size:1rem}
    code{font:.85em/1.5 ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}
    article{border:1px solid var(--line);border-radius:6px;padding:1rem 1.25rem;margin:0 0 1rem}
    dl{margin:0}
    dl>div{display:grid;grid-template-columns:9rem 1fr;gap:0 1rem;padding:.2rem 0}
    dt{color:var(--soft);grid-column:1}
    dd{margin:0;grid-column:2;min-width:0}
    table{width:100%;border-collapse:collapse;table-layout:fixed;font-size:.92rem}
    .life th:nth-child(1){width:7.2rem}.life th:nth-child(2){width:10.5rem}.life th:nth-child(3){width:8.5rem}\
    .life th:nth-child(5){width:20rem}.logs th:nth-child(1){width:9rem}.logs th:nth-child(2){width:5rem}
    caption{text-align:left;color:var(--soft);padding:0 0 .6rem}
    th,td{text-align:left;vertical-align:top;padding:.55rem .75rem .55rem 0;border-bottom:1px solid var(--line)}
    thead th{color:var(--soft);font-weight:600;border-bottom:2px solid var(--line)}
    tbody th{font-weight:400}
    tr[class] th{border-left:4px solid var(--other);padding-left:.75rem}
    tr.training th{border-left-color:var(--training)}tr.approval th{border-left-color:var(--approval)}
    tr.deployment th{border-left-color:var(--deployment)}tr.drift th{border-left-color:var(--drift)}
    tr.revocation th{border-left-color:var(--revocation)}tr.undeployment th{border-left-color:var(--undeployment)}
    .what{display:block;font-weight:600}.phase,.seen{display:block;color:var(--soft);font-size:.85em}
    .fact,dd{white-space:pre-line}a{color:inherit;text-decoration-color:var(--line)}
    details{border-bottom:1px solid var(--line);padding:.4rem 0}summary{cursor:pointer}
    pre{margin:.5rem 0;padding:.6rem .75rem;background:var(--band);white-space:pre-wrap;\
    font:.8em/1.5 ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}
    code b{font-weight:700;white-space:nowrap}.fact{display:inline-block;margin-right:1.1em}.fact b{font-weight:400;color:var(--soft)}
    .warning{border-left:4px solid var(--warn);padding:.1rem 1rem;margin-top:1.5rem;background:var(--band)}
    .warning h2{margin-top:.75rem;color:var(--warn)}
    @media screen and (max-width:46rem){
    body{padding:1.25rem 1rem 3rem}h1{font-size:1.6rem}
    dl>div{display:block;padding:.3rem 0}
    table,caption,tbody,tr,th,td{display:block}.life th,.logs th{width:auto!important}
    thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    tbody tr{border:1px solid var(--line);border-radius:6px;margin:0 0 .75rem;padding:.5rem .75rem}
    tr[class]{border-left:4px solid var(--other)}
    tr.training{border-left-color:var(--training)}tr.approval{border-left-color:var(--approval)}
    tr.deployment{border-left-color:var(--deployment)}tr.drift{border-left-color:var(--drift)}
    tr.revocation{border-left-color:var(--revocation)}tr.undeployment{border-left-color:var(--undeployment)}
    th,td,tr[class] th{border:0;padding:.15rem 0}
    tbody th{color:var(--soft)}
    td{display:grid;grid-template-columns:6rem 1fr;gap:.5rem}
    td::before{content:attr(data-label);color:var(--soft)}}
    @media print{
    :root{--ink:#000;--soft:#444;--line:#bbb;--back:#fff;--band:#fff}
    @page{margin:16mm 14mm}
    .proofs{display:none}a{text-decoration:none}
    html{font-size:11px}body{max-width:none;padding:0;font-size:1rem}
    .life th:nth-child(5){width:11.5rem}.logs{break-inside:avoid}
    thead{display:table-header-group}tr,article,dl>div{break-inside:avoid}h2,h3{break-after:avoid}}
    """
}
