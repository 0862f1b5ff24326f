// Why a command did not do what it was asked, in the words and the exit code that its caller gets.

import ArgumentParser
import Primitives

/// An error for people and scripts: what went wrong, what to do about it, and the exit code.
///
/// The message is lower case and has no final stop; the hint names the next thing to try.
struct Failure: Error, Equatable, Sendable {
  var status: ExitStatus
  /// Stable and camel-cased: what a script may compare.
  var code: String
  var message: String
  var hint: String?
  /// What was found out before it failed, for the envelope (a receipt's checks, say).
  var data: JSONValue?

  init(
    _ status: ExitStatus, code: String? = nil, _ message: String, hint: String? = nil,
    data: JSONValue? = nil
  ) {
    self.status = status
    self.code = code ?? status.name
    self.message = message
    self.hint = hint
    self.data = data
  }
}

extension Failure {
  /// The one place that turns whatever was thrown into words and an exit code.
  init(_ error: any Error) {
    switch error {
    case let failure as Failure:
      self = failure
    case let refusal as Refusal:
      let words = RefusalWords(refusal)
      self.init(.refused, code: refusal.code, words.message, hint: words.hint)
    case is CancellationError:
      self.init(.interrupted, "interrupted")
    default:
      self.init(.fault, Failure.plain(String(describing: error)))
    }
  }

  /// An error of the command line, with the usage of the command that was meant.
  init(commandLine error: any Error) {
    let usage = Tolsey.fullMessage(for: error, columns: 10_000)
      .split(separator: "\n")
      .first { $0.hasPrefix("Usage: ") }
      .map { String($0.dropFirst("Usage: ".count)) }
    let hint =
      if let usage, !usage.hasSuffix("<subcommand>") {
        "usage: \(usage)"
      } else {
        "see '\(usage?.replacing(" <subcommand>", with: "") ?? "tolsey") --help' for the commands"
      }
    self.init(.usage, Failure.plain(Tolsey.message(for: error)), hint: hint)
  }

  /// The first line, lower case, without its final stop.
  static func plain(_ text: String) -> String {
    var line = text.split(separator: "\n").first.map(String.init) ?? "unknown error"
    if line.hasPrefix("Error: ") { line.removeFirst("Error: ".count) }
    if line.hasSuffix(".") { line.removeLast() }
    let second = line.dropFirst().first
    if let first = line.first, let second, first.isUppercase, !second.isUppercase {
      line = first.lowercased() + line.dropFirst()
    }
    return line
  }
}
