// `tolsey version`: which program this is, for people and for reports of faults.

import ArgumentParser
import Primitives

struct VersionCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Show the version of this program.")
  static let schema = "version/1"

  @OptionGroup var global: GlobalOptions

  func run(on console: Console) {
    console.result(Self.schema, ["version": .string(Tolsey.version)]) { _ in
      "tolsey \(Tolsey.version)"
    }
  }
}
