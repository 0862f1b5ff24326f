// `tolsey doctor`: looks at everything that a node or a person here needs, a line each.

import ArgumentParser
import NetworkRoom
import Primitives

struct DoctorCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Look for what keeps Tolsey from working here.",
    discussion: """
      It looks at the program, the processor, your home folder and keys, the disk, the port, the \
      node and its clock, and with --data at a node's folder. Nothing is changed. It exits with 1 \
      when something fails; what is only doubtful is a warning.
      """)
  static let schema = "doctor/1"

  @Option(help: "A node's folder to look at too.") var data: String?
  @Option(help: "The port that a node here would take.") var port = NodeAddress.standardPort
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (1...65_535).contains(port) else {
      throw ValidationError("a port is a number from 1 to 65535")
    }
  }

  func run(on console: Console) async throws {
    var findings = [Machine.program, Machine.processor] + Home.findings
    findings += Machine.disk(at: data ?? Home.nearest)
    findings.append(await Machine.port(port))
    findings += await Neighbour.findings(node)
    if let data { findings += DataFolder.findings(data) }
    let failures = findings.failures
    let failure = failures.first.map { first in
      Failure(
        .refused, code: "unsound",
        "\(failures.count) of \(findings.count) looks fail, the first is "
          + "\(first.name): \(first.text)",
        hint: first.hint)
    }
    let answer: JSONValue = ["checks": .array(findings.map(\.json))]
    try console.verdict(Self.schema, answer, failing: failure) { findings.text($0) }
  }
}
