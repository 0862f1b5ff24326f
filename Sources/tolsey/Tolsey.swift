// The root command, and the way from arguments to an exit code.

import ArgumentParser
import Node

@main
struct Tolsey: AsyncParsableCommand {
  static let version = NodeConfiguration.currentVersion

  static let configuration = CommandConfiguration(
    commandName: "tolsey",
    abstract: "The market house with a court in it: buy and sell AI work that anybody can check.",
    version: version,
    groupedSubcommands: CommandList.groups
  )

  static func main() async {
    let status = await run(
      Array(CommandLine.arguments.dropFirst()), out: .standardOutput, err: .standardError)
    status.leave()
  }

  /// Runs a command line on two given streams; tests call it as people do.
  static func run(_ words: [String], out: Channel, err: Channel) async -> ExitStatus {
    let words = globalOptionsLast(words)
    let wantsJSON = words.prefix { $0 != "--" }.contains("--json")
    var console = Console(out: out, err: err, json: wantsJSON)
    var schema = "error/1"
    do {
      if let concept = try HelpTopic.concept(in: words) {
        console.result(HelpTopic.schema, concept.json) { concept.text($0) }
        return .done
      }
      let said = try Last.replaced(in: words)
      guard let spoken = try await parse(said) as? any ConsoleCommand else { return .done }
      console = Console(out: out, err: err, json: spoken.global.json, quiet: spoken.global.quiet)
      schema = type(of: spoken).schema
      try await spoken.run(on: console)
      return .done
    } catch let asked as HelpAsked {
      out.line(asked.text)
      return .done
    } catch {
      let failure = Failure(error)
      console.fail(failure, schema: schema)
      return failure.status
    }
  }

  /// Help and the version are answers, not errors; everything else the parser throws is usage.
  private static func parse(_ words: [String]) async throws -> any ParsableCommand {
    do {
      var command = try await asyncParseAsRoot(words)
      // Groups and the parser's own commands answer by throwing their help.
      if !(command is any ConsoleCommand) { try command.run() }
      return command
    } catch {
      // Groups do not know the global options; without them the parser names the real mistake.
      let end = words.firstIndex(of: "--") ?? words.endIndex
      let plain = words[..<end].filter { !globalOptions.contains($0) } + words[end...]
      if plain.count < words.count { _ = try await parse(plain) }
      if exitCode(for: error) == .success { throw HelpAsked(text: fullMessage(for: error)) }
      throw Failure(commandLine: error)
    }
  }

  private static let globalOptions: Set = ["--json", "--quiet", "-q"]

  /// `tolsey --json order list` means `tolsey order list --json`: the options belong to the last
  /// command, where the parser looks for them.
  static func globalOptionsLast(_ words: [String]) -> [String] {
    let leading = words.prefix { globalOptions.contains($0) }
    let rest = words.dropFirst(leading.count)
    let end = rest.firstIndex(of: "--") ?? rest.endIndex
    return Array(rest[..<end] + leading + rest[end...])
  }
}

/// Text that was asked for with `--help`, `--version` or by naming only a group of commands.
private struct HelpAsked: Error {
  var text: String
}
