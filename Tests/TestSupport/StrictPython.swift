import Signing

/// Python's `json` and `base64`, held by their hooks to the rules of this project: a second opinion on what bytes say.
package enum StrictPython {
  /// For each text `refused`, `same` or `different`: whether it is JSON, and whether `ours`, as written by this project, says the
  /// same to Python. `ours` is nil where this project refused the text.
  package static func compare(_ texts: [(text: [UInt8], ours: [UInt8]?)]) throws -> [String] {
    try Python.run(rules + comparison, texts.map { "\(Hex.encode($0.text)) \(Hex.encode($0.ours ?? []))" })
  }

  /// For each text `refused`, or hex of the canonical form of the NANDA packages, as Python's `json.dumps` writes it.
  package static func canonicalForms(of texts: [[UInt8]]) throws -> [String] {
    try Python.run(rules + canonicalForm, texts.map(Hex.encode))
  }

  /// For each text `refused`, or what the envelope says: hex of payload type and payload, then `keyid:sig` of each signature.
  package static func envelopes(_ texts: [[UInt8]], maximumPayload: Int) throws -> [String] {
    try Python.run("maximum = \(maximumPayload)\n" + rules + envelope, texts.map(Hex.encode))
  }

  private static let rules = #"""
    import base64, json, math, re, sys

    def members(pairs):
        if len({key for key, _ in pairs}) != len(pairs):
            raise ValueError("twice")
        return dict(pairs)

    def short(literal):
        if len(literal) > 128 or not math.isfinite(float(literal)):
            raise ValueError("number")
        return literal

    def constant(name):
        raise ValueError(name)

    def check(value, depth):
        if isinstance(value, str):
            value.encode("utf-8")
            if "\0" in value:
                raise ValueError("U+0000")
        elif isinstance(value, (dict, list)):
            if depth == 32:
                raise ValueError("depth")
            for item in value if isinstance(value, list) else [*value.keys(), *value.values()]:
                check(item, depth + 1)

    def strict(data):
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=members, parse_constant=constant,
            parse_int=lambda text: int(short(text)), parse_float=lambda text: float(short(text)))
        check(value, 0)
        return value

    def answers(judge):
        for line in sys.stdin:
            try:
                print(judge(*(bytes.fromhex(part) for part in line[:-1].split(" "))))
            except (ValueError, RecursionError):
                print("refused")

    """#

  private static let comparison = #"""
    def compare(theirs, ours):
        value = strict(theirs)
        try:
            return "same" if not ours or repr(strict(ours)) == repr(value) else "different"
        except (ValueError, RecursionError):
            return "different"

    answers(compare)
    """#

  private static let canonicalForm = #"""
    def canonical(text):
        return json.dumps(strict(text), sort_keys=True, separators=(",", ":")).encode().hex()

    answers(canonical)
    """#

  private static let envelope = #"""
    def need(holds):
        if not holds:
            raise ValueError("envelope")

    def decoded(text, longest):
        need(isinstance(text, str) and len(text.encode()) <= (longest + 2) // 3 * 4)
        need(re.fullmatch(r"[A-Za-z0-9+/]*={0,2}|[A-Za-z0-9_-]*={0,2}", text))
        bare = text.rstrip("=")
        padded = bare + "=" * (-len(bare) % 4)
        need(text in (bare, padded))
        data = base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True)
        # Unused bits that are not zero do not come back.
        need(base64.b64encode(data).decode().rstrip("=") == bare.replace("-", "+").replace("_", "/"))
        need(len(data) <= longest)
        return data

    def signature(item):
        need(isinstance(item, dict))
        keyid = item.get("keyid")
        need(keyid is None or isinstance(keyid, str) and len(keyid.encode()) <= 256)
        return (keyid or "").encode().hex() + ":" + decoded(item.get("sig"), 768).hex()

    def read(text):
        value = strict(text)
        need(isinstance(value, dict) and isinstance(value.get("payloadType"), str))
        payload = decoded(value.get("payload"), maximum)
        items = value.get("signatures")
        need(isinstance(items, list) and 1 <= len(items) <= 16)
        return " ".join([value["payloadType"].encode().hex(), payload.hex(), *map(signature, items)])

    answers(read)
    """#
}
