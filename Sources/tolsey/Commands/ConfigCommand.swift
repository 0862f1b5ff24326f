// `tolsey config`: what is set, and by whom.

import ArgumentParser
import NetworkRoom
import Primitives

struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Settings: which node and key are meant when you say none.",
    subcommands: [ConfigShow.self])
}

struct ConfigShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show each setting, its value and where that came from.",
    discussion: """
      A flag counts before the environment (TOLSEY_NODE, TOLSEY_KEY), that before the file \
      $TOLSEY_HOME/tolsey.toml, and that before what is usual. The file holds lines like \
      node = "http://127.0.0.1:7465" and key = "alice".
      """)
  static let schema = "config.show/1"

  @Option(help: "As other commands take it.") var node: String?
  @Option(help: "As other commands take it.") var key: String?
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) throws {
    let home = try HomeFolder.path()
    let isNamed = HomeFolder.environment("TOLSEY_HOME") != nil
    var settings = [
      Setting(name: "home", value: home, origin: isNamed ? .environment : .usual)
    ]
    let usual = "\(NodeAddress())"
    if let node = try Settings.value(.node, flag: node, usual: usual) { settings.append(node) }
    let only = try KeysFolder().names
    let key = try Settings.value(.key, flag: key, usual: only.count == 1 ? only[0] : nil)
    if let key { settings.append(key) }
    let file = try Settings.path()
    let hasFile = LocalFile.exists(file)
    let data: JSONValue = [
      "file": hasFile ? .string(file) : .null,
      "settings": .array(
        settings.map {
          [
            "name": .string($0.name), "value": .string($0.value),
            "origin": .string($0.origin.rawValue),
          ]
        }),
    ]
    console.result(Self.schema, data) { [settings] paint in
      var table = TextTable(.left("setting"), .left("value"), .left("from"))
      for setting in settings {
        table.add(
          .init(setting.name), .init(setting.value, .handle), .init(setting.origin.rawValue))
      }
      return table.text(paint, empty: "") + "\n\n"
        + (hasFile ? "file  \(file)" : "no file at \(file)")
    }
  }
}
