// What a command that runs a node writes of it to stderr.

import ArgumentParser
import Logging

struct LogOptions: ParsableArguments {
  enum Level: String, CaseIterable, ExpressibleByArgument {
    case off
    case error
    case info
    case debug
  }

  @Option(help: "What the node's log tells on stderr; info is the story of every order.")
  var log = Level.off
  @Option(help: "The form of its lines.")
  var logFormat = NodeLog.Form.text

  func logger(_ console: Console) -> Logger {
    let level: Logger.Level =
      switch log {
      // What stops the node is told on every level.
      case .off: .critical
      case .error: .error
      case .info: .info
      case .debug: .debug
      }
    return Logger(label: "tolsey") { _ in
      NodeLog(logFormat, level: level) { console.err.line($0) }
    }
  }
}

extension NodeLog.Form: ExpressibleByArgument {}
