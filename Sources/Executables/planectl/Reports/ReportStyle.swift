import HTML

/// How a report looks, beyond what all pages have in common: each phase of a life has its colour.
enum ReportStyle {
  static let sheet = StyleSheet(StyleSheet.common, own)

  private static let own: StaticString = """
    :root{--training:#2f6fb0;--approval:#4b5fc0;--deployment:#1f7a4d;--drift:#9a6700;--revocation:#b42318;--undeployment:#6b4fa0;--other:#52606d}
    @media (prefers-color-scheme:dark){:root{--training:#7db4e8;--approval:#a3b0f5;--deployment:#6fcf97;--drift:#e0b04c;\
    --revocation:#ff8a80;--undeployment:#c3adf0;--other:#a3adb8}}
    header{border-bottom:2px solid var(--ink);padding-bottom:.75rem}
    .life th:nth-child(1){width:7.2rem}.life th:nth-child(2){width:10.5rem}.life th:nth-child(3){width:8.5rem}\
    .life th:nth-child(5){width:20rem}.logs th:nth-child(1){width:9rem}.logs th:nth-child(2){width:5rem}
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
    @media screen and (max-width:46rem){
    tr[class]{border-left:4px solid var(--other)}
    tr.training{border-left-color:var(--training)}tr.approval{border-left-color:var(--approval)}
    tr.deployment{border-left-color:var(--deployment)}tr.drift{border-left-color:var(--drift)}
    tr.revocation{border-left-color:var(--revocation)}tr.undeployment{border-left-color:var(--undeployment)}
    tr[class] th{border:0;padding:.15rem 0}}
    @media print{.proofs{display:none}a{text-decoration:none}.life th:nth-child(5){width:11.5rem}.logs{break-inside:avoid}}
    """
}
