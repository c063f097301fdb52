/// Rules of this program's own, one part after the other.
package struct StyleSheet: Sendable {
  package let text: String

  package init(_ parts: StaticString...) { text = parts.map { "\($0)" }.joined(separator: "\n") }
}

extension StyleSheet {
  /// What all pages have in common: on a wide screen, a narrow one, in the dark and on paper.
  package static let common: StaticString = """
    :root{color-scheme:light dark;--ink:#1f2933;--soft:#52606d;--line:#d9dee4;--back:#fff;--band:#f5f7fa;--warn:#9b1c1c}
    @media (prefers-color-scheme:dark){:root{--ink:#e4e7eb;--soft:#a3adb8;--line:#3a434d;--back:#14181d;--band:#1c2229;--warn:#ff8a80}}
    *{box-sizing:border-box}
    body{margin:0 auto;padding:2rem 1.5rem 4rem;max-width:72rem;color:var(--ink);background:var(--back);\
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
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
    caption{text-align:left;color:var(--soft);padding:0 0 .6rem}
    th,td{text-align:left;vertical-align:top;padding:.55rem .75rem .55rem 0;border-bottom:1px solid var(--line)}
    thead th{color:var(--soft);font-weight:600;border-bottom:2px solid var(--line)}
    tbody th{font-weight:400}
    .warning{border-left:4px solid var(--warn);padding:.1rem 1rem;margin-top:1.5rem;background:var(--band)}
    .warning h2{margin-top:.75rem;color:var(--warn)}
    @media screen and (max-width:46rem){
    body{padding:1.25rem 1rem 3rem}h1{font-size:1.6rem}
    dl>div{display:block;padding:.3rem 0}
    table,caption,tbody,tr,th,td{display:block}table th{width:auto!important}
    thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    tbody tr{border:1px solid var(--line);border-radius:6px;margin:0 0 .75rem;padding:.5rem .75rem}
    th,td,tr[class] th{border:0;padding:.15rem 0}
    tbody th{color:var(--soft)}
    td{display:grid;grid-template-columns:6rem 1fr;gap:.5rem}
    td::before{content:attr(data-label);color:var(--soft)}}
    @media print{
    :root{--ink:#000;--soft:#444;--line:#bbb;--back:#fff;--band:#fff}
    @page{margin:16mm 14mm}
    html{font-size:11px}body{max-width:none;padding:0;font-size:1rem}
    thead{display:table-header-group}tr,article,dl>div{break-inside:avoid}h2,h3{break-after:avoid}}
    """
}
