import HTML

/// How the pages look, beyond what they have in common with a model report. A mark's colour only repeats what its sign and word say.
enum SiteStyle {
  static let sheet = StyleSheet(StyleSheet.common, own)

  private static let own: StaticString = """
    :root{--link:#0b57a4;--yes:#1a6b42;--no:#b42318;--open:#52606d;--care:#8a5300}
    @media (prefers-color-scheme:dark){:root{--link:#8cc4ff;--yes:#6fcf97;--no:#ff8a80;--open:#a3adb8;--care:#e0b04c}}
    body{padding-top:0}
    a{color:var(--link)}
    :focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
    main:focus{outline:none}
    .skip{position:absolute;left:1rem;top:-4rem;padding:.5rem .75rem;background:var(--back)}
    .skip:focus{top:.5rem}
    header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:.25rem 2rem;\
    padding:1rem 0;margin-bottom:2rem;border-bottom:2px solid var(--ink)}
    .site{margin:0;color:var(--soft)}.site strong{color:var(--ink)}
    header ul{display:flex;gap:1.5rem;margin:0;padding:0;list-style:none}
    header a{display:inline-block;padding:.25rem 0}
    header a[aria-current]{color:var(--ink);font-weight:600;text-decoration:none;border-bottom:3px solid var(--link)}
    footer{margin-top:3rem;padding-top:.75rem;border-top:1px solid var(--line);color:var(--soft);font-size:.9rem}
    .lead{font-size:1.1rem;max-width:46rem;margin:.75rem 0 0}
    main p{max-width:46rem}
    .mark{font-weight:600}
    .yes{color:var(--yes)}.no{color:var(--no)}.open{color:var(--open)}.care{color:var(--care)}
    .sub{display:block;color:var(--soft);font-size:.9em}
    .place{display:block}p time,dd time,li time{white-space:nowrap}
    .verdict{border:1px solid var(--line);border-left:6px solid var(--open);border-radius:6px;background:var(--band);\
    padding:.25rem 1.25rem;margin:1.5rem 0}
    .verdict.is-yes{border-left-color:var(--yes)}.verdict.is-no{border-left-color:var(--no)}\
    .verdict.is-care{border-left-color:var(--care)}
    .verdict h2{margin:.75rem 0 .25rem}
    form{display:grid;grid-template-columns:minmax(0,1fr);gap:.5rem;justify-items:start;max-width:46rem;margin:0 0 1rem}
    label{font-weight:600}
    .hint{margin:0;color:var(--soft);font-size:.92rem}
    input,button{font:inherit;color:inherit;max-width:100%}
    input[type=text]{width:22rem;padding:.45rem .6rem;border:1px solid var(--soft);border-radius:4px;background:var(--back)}
    button{padding:.5rem 1.1rem;border:1px solid var(--link);border-radius:4px;background:var(--link);color:var(--back);\
    font-weight:600;cursor:pointer}
    .drop{display:grid;grid-template-columns:minmax(0,1fr);justify-items:start;gap:.5rem;width:100%;padding:1.25rem;border:2px dashed var(--soft);border-radius:6px;margin-bottom:.5rem}
    .drop.over{border-color:var(--link);background:var(--band)}
    .models th:nth-child(1){width:19%}.models th:nth-child(2){width:21%}.models th:nth-child(3){width:13%}
    .checks th:nth-child(1){width:30%}.checks th:nth-child(2){width:8.5rem}
    .pages{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:baseline;margin:1.25rem 0}.pages p{margin:0}
    @media screen and (max-width:46rem){header{padding:.75rem 0;margin-bottom:1.25rem}input[type=text]{width:100%}\
    form{justify-items:stretch}button{justify-self:start}tbody th{color:var(--ink)}.verdict{padding:.1rem 1rem}}
    @media print{.skip,nav,form{display:none}.verdict{break-inside:avoid}a{color:inherit;text-decoration:none}}
    """

  static let icon: StaticString = """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M8 1l6 2v5c0 4-3 6-6 7-3-1-6-3-6-7V3z" fill="#0b57a4"/>\
    <path d="M4.8 8.2l2.2 2.3 4.2-4.6" fill="none" stroke="#fff" stroke-width="1.8"/></svg>
    """
}
