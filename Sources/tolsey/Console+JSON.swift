// The one envelope in which every command answers under `--json`.

import Primitives

/// `{schema, ok, data, errors, warnings}`, always with all five and in this order.
struct Envelope {
  var schema: String
  var data: JSONValue
  var failure: Failure?
  var warnings: [String] = []

  var json: JSONValue {
    var errors: [JSONValue] = []
    if let failure {
      errors.append([
        "code": .string(failure.code), "message": .string(failure.message),
        "hint": failure.hint.map { .string($0) } ?? .null,
      ])
    }
    return [
      "schema": .string(schema), "ok": .bool(failure == nil), "data": data,
      "errors": .array(errors), "warnings": .array(warnings.map { .string($0) }),
    ]
  }

  /// One line, so that a stream of envelopes is NDJSON.
  var text: String { json.text }
}
