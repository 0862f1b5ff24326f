// The only way to the terminal: results go to stdout, everything else to stderr.

import Primitives
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What every command speaks through.
///
/// A command calls `result` once, or `event` for each line of a stream, and may say things beside
/// it with `note`, `warn` and `progress`. It never prints and never chooses an exit code: it throws
/// a `Failure` or a `Refusal`.
final class Console: Sendable {
  let out: Channel
  let err: Channel
  let json: Bool
  let quiet: Bool
  private let warnings = Mutex<[String]>([])

  init(out: Channel, err: Channel, json: Bool = false, quiet: Bool = false) {
    self.out = out
    self.err = err
    self.json = json
    self.quiet = quiet
  }

  /// The result of the command: `data` under `--json`, else the text.
  func result(_ schema: String, _ data: JSONValue, _ text: (Paint) -> String) {
    if json {
      out.line(Envelope(schema: schema, data: data, warnings: takeWarnings()).text)
    } else {
      out.line(text(out.paint))
    }
  }

  /// One line of a command that goes on: an envelope a line under `--json`.
  func event(_ schema: String, _ data: JSONValue, _ text: (Paint) -> String) {
    result(schema, data, text)
  }

  /// Prose beside the result, for a person who is watching.
  func note(_ text: String) {
    if !quiet && !json { err.line(text) }
  }

  /// Something that went on but may not be what was wanted; it is never hidden.
  func warn(_ text: String) {
    if json {
      warnings.withLock { $0.append(text) }
    } else {
      err.line("tolsey: \(err.paint(.caution, "warning:")) \(text.harmless)")
    }
  }

  /// A warning of a command that goes on without end. Under `--json` it is an event at once: the
  /// next one, which would bring it, may never come.
  func trouble(_ schema: String, _ why: String) {
    guard json else { return warn(why) }
    event(schema, ["event": "trouble", "why": .string(why)]) { _ in why }
  }

  /// Says why the command failed. Under `--json` the envelope says it, on stdout as always.
  func fail(_ failure: Failure, schema: String) {
    if json {
      let envelope = Envelope(
        schema: schema, data: failure.data ?? .null, failure: failure, warnings: takeWarnings())
      out.line(envelope.text)
      return
    }
    err.line("tolsey: \(err.paint(.bad, "error:")) \(failure.message.harmless)")
    if let hint = failure.hint {
      err.line("tolsey: \(err.paint(.handle, "hint:")) \(hint.harmless)")
    }
  }

  private func takeWarnings() -> [String] {
    warnings.withLock { list in
      defer { list = [] }
      return list
    }
  }
}

/// One of the two streams, and what is known about who reads it.
struct Channel: Sendable {
  let isTerminal: Bool
  let paint: Paint
  private let write: @Sendable (String) -> Void

  init(isTerminal: Bool, paint: Paint, write: @escaping @Sendable (String) -> Void) {
    self.isTerminal = isTerminal
    self.paint = paint
    self.write = write
  }

  func line(_ text: String) {
    write(text.hasSuffix("\n") ? text : text + "\n")
  }

  /// Text without an end of line, for a bar that redraws itself.
  func raw(_ text: String) {
    write(text)
  }

  static var standardOutput: Channel { file(STDOUT_FILENO) }
  static var standardError: Channel { file(STDERR_FILENO) }

  private static func file(_ descriptor: Int32) -> Channel {
    let isTerminal = isatty(descriptor) == 1
    let paint = Paint(isTerminal: isTerminal) { getenv($0).map { String(cString: $0) } }
    return Channel(isTerminal: isTerminal, paint: paint) { text in
      var bytes = Array(text.utf8)[...]
      while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { posixWrite(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return }
        bytes = bytes.dropFirst(count)
      }
    }
  }
}

/// The system's `write`, which the name of the closure above would hide.
private func posixWrite(_ descriptor: Int32, _ base: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, base, count)
}
