// Two streams that remember what was written to them, in place of a terminal.

import Synchronization

@testable import tolsey

final class Recorder: Sendable {
  private let written = Mutex((out: "", err: ""))

  var out: String { written.withLock { $0.out } }
  var err: String { written.withLock { $0.err } }

  /// Runs a command line as a person or a script would.
  func run(_ words: String..., isTerminal: Bool = false) async -> tolsey.ExitStatus {
    await run(words, isTerminal: isTerminal)
  }

  func run(_ words: [String], isTerminal: Bool = false) async -> tolsey.ExitStatus {
    await Tolsey.run(words, out: outChannel(isTerminal), err: errChannel(isTerminal))
  }

  func console(json: Bool = false, quiet: Bool = false, isTerminal: Bool = false) -> Console {
    Console(
      out: outChannel(isTerminal), err: errChannel(isTerminal), json: json, quiet: quiet)
  }

  private func outChannel(_ isTerminal: Bool) -> Channel {
    Channel(isTerminal: isTerminal, paint: Paint(isOn: isTerminal)) { text in
      self.written.withLock { $0.out += text }
    }
  }

  private func errChannel(_ isTerminal: Bool) -> Channel {
    Channel(isTerminal: isTerminal, paint: Paint(isOn: isTerminal)) { text in
      self.written.withLock { $0.err += text }
    }
  }
}
