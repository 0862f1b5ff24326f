// What one look of the doctor found: fine, doubtful or broken, in a line, with what to do.

import Primitives

struct Finding: Equatable, Sendable {
  enum State: String, Sendable { case ok, warn, fail }

  var name: String
  var state: State
  /// Lower case, without a final stop.
  var text: String
  var hint: String?

  static func ok(_ name: String, _ text: String) -> Finding {
    Finding(name: name, state: .ok, text: text)
  }

  static func warn(_ name: String, _ text: String, hint: String) -> Finding {
    Finding(name: name, state: .warn, text: text, hint: hint)
  }

  static func fail(_ name: String, _ text: String, hint: String) -> Finding {
    Finding(name: name, state: .fail, text: text, hint: hint)
  }

  /// A look that itself could not be taken.
  static func fail(_ name: String, _ error: any Error) -> Finding {
    let failure = Failure(error)
    return Finding(name: name, state: .fail, text: failure.message, hint: failure.hint)
  }

  var json: JSONValue {
    [
      "name": .string(name), "state": .string(state.rawValue), "text": .string(text),
      "hint": hint.map { .string($0) } ?? .null,
    ]
  }
}

extension [Finding] {
  var failures: [Finding] { filter { $0.state == .fail } }

  /// A line each, and below it what to do about it.
  func text(_ paint: Paint) -> String {
    let width = map(\.name.count).max() ?? 0
    return map { finding in
      let tint: Tint =
        switch finding.state {
        case .ok: .good
        case .warn: .caution
        case .fail: .bad
        }
      let mark = finding.state == .ok ? "ok  " : finding.state.rawValue
      let gap = String(repeating: " ", count: width - finding.name.count + 2)
      let line = "\(paint(tint, mark))  \(finding.name)\(gap)\(finding.text.harmless)"
      let indent = String(repeating: " ", count: width + 8)
      return line + (finding.hint.map { "\n\(indent)\(paint(.handle, $0.harmless))" } ?? "")
    }.joined(separator: "\n")
  }
}
