// What every command is: parsed options and one function that speaks through the console.

import ArgumentParser

/// The options that every command has.
struct GlobalOptions: ParsableArguments {
  @Flag(help: "Answer in JSON: {schema, ok, data, errors, warnings}.")
  var json = false

  @Flag(name: [.short, .long], help: "Say nothing but the result.")
  var quiet = false
}

/// A command of the tree. It declares `@OptionGroup var global: GlobalOptions` and says its result
/// with `console.result(Self.schema, …)`; what it throws becomes words and an exit code elsewhere.
protocol ConsoleCommand: AsyncParsableCommand {
  /// The name and version of what it puts into `data`, such as `order.create/1`.
  static var schema: String { get }
  var global: GlobalOptions { get }
  func run(on console: Console) async throws
}
