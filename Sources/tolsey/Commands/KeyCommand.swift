// `tolsey key`: make, list, move and look at the keys that sign.

import ArgumentParser
import Ciphers
import Primitives

struct KeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Your keys: files that only you can read.",
    subcommands: [
      KeyNew.self, KeyList.self, KeyShow.self, KeyAddress.self, KeyImport.self, KeyExport.self,
    ])

  static func data(_ name: String, _ key: PrivateKey, file: String) -> JSONValue {
    [
      "name": .string(name), "address": .string(key.address.checksummed), "file": .string(file),
    ]
  }

  static func text(_ name: String, _ key: PrivateKey, file: String, _ paint: Paint) -> String {
    fields(name, key, file: file).text(paint)
  }

  static func fields(_ name: String, _ key: PrivateKey, file: String) -> TextFields {
    var fields = TextFields()
    fields.add("name", .init(name, .strong))
    fields.add("address", .init(key.address.checksummed, .handle))
    fields.add("file", .init(file))
    return fields
  }
}

struct KeyNew: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Make a key.",
    discussion: "It is kept in a file with mode 0600 in $TOLSEY_HOME/keys (~/.tolsey/keys).")
  static let schema = "key.new/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "What to call it.") var name = "default"

  func run(on console: Console) throws {
    let folder = try KeysFolder()
    let key = try KeysFolder.fresh()
    try folder.add(key, named: name)
    let file = folder.file(name)
    console.result(Self.schema, KeyCommand.data(name, key, file: file)) {
      KeyCommand.text(name, key, file: file, $0)
    }
    console.note("back it up with 'tolsey key export \(name) --yes'; nobody can restore it")
  }
}

struct KeyList: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List your keys and their addresses.")
  static let schema = "key.list/1"

  @OptionGroup var global: GlobalOptions

  func run(on console: Console) throws {
    let folder = try KeysFolder()
    var table = TextTable(.left("name"), .left("address"))
    var list: [JSONValue] = []
    for name in try folder.names {
      let key = try KeyFile.open(folder.file(name)).key
      table.add(.init(name), .init(key.address.checksummed, .handle))
      list.append(KeyCommand.data(name, key, file: folder.file(name)))
    }
    console.result(Self.schema, ["keys": .array(list)]) {
      table.text($0, empty: "no keys yet; make one with 'tolsey key new'")
    }
  }
}

struct KeyShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a key's address and file, never the secret.",
    discussion: """
      The sealing key is what others encrypt to when they hand this account the key of an input or \
      of an answer. It follows from the secret, and whoever deals publishes it once.
      """)
  static let schema = "key.show/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its name or address, or the start of one; the only key if you have one.")
  var key: String?

  func run(on console: Console) throws {
    let folder = try KeysFolder()
    let (name, key) = try folder.key(key)
    let file = name.contains("/") ? name : folder.file(name)
    let sealing = "\(SealingKey(of: key).published)"
    guard case .object(let members) = KeyCommand.data(name, key, file: file) else { return }
    let data = JSONValue.object(members + [.init(name: "sealingKey", value: .string(sealing))])
    console.result(Self.schema, data) { paint in
      var fields = KeyCommand.fields(name, key, file: file)
      fields.add("sealing key", .init(sealing))
      return fields.text(paint)
    }
  }
}

struct KeyAddress: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "address", abstract: "Print a key's address and nothing else.")
  static let schema = "key.address/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its name, or the start of it; the only key if you have one.")
  var key: String?

  func run(on console: Console) throws {
    let (_, key) = try KeysFolder().key(key)
    let address = key.address.checksummed
    console.result(Self.schema, ["address": .string(address)]) { _ in address }
  }
}

struct KeyImport: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Keep a key that was made elsewhere.",
    discussion: """
      The file holds 64 hex digits, with or without 0x, or is a key file of tolsey. The secret is \
      never taken from the command line, where other users could see it; to type or paste it, name \
      /dev/stdin.
      """)
  static let schema = "key.import/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "The file with the secret.") var file: String
  @Option(help: "What to call it.") var name = "default"

  func run(on console: Console) throws {
    try KeysFolder.check(name)
    let key = try KeyFile(LocalFile.read(file, limit: KeyFile.readLimit), path: file).key
    let folder = try KeysFolder()
    try folder.add(key, named: name)
    let kept = folder.file(name)
    console.result(Self.schema, KeyCommand.data(name, key, file: kept)) {
      KeyCommand.text(name, key, file: kept, $0)
    }
    if file != "/dev/stdin" { console.note("delete \(file) when nothing else needs it") }
  }
}

struct KeyExport: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Print the secret itself, to move or back up a key.")
  static let schema = "key.export/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its name or address; the only key if you have one.") var key: String?
  @Flag(help: "Yes, show the secret: whoever sees it can spend what the key holds.")
  var yes = false

  func run(on console: Console) throws {
    let (name, key) = try KeysFolder().key(key)
    guard yes else {
      throw Failure(
        .denied, code: "notConfirmed", "whoever sees the secret of \(name) can spend what it holds",
        hint: "say so with --yes, and send it to a file: tolsey key export \(name) --yes > file")
    }
    let secret = "\(key.secret)"
    let data: JSONValue = [
      "name": .string(name), "address": .string(key.address.checksummed),
      "secret": .string(secret),
    ]
    console.result(Self.schema, data) { _ in secret }
  }
}
