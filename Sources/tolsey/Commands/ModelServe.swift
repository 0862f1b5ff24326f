// `tolsey model serve`: a text model of this machine for OpenAI's clients.

import ArgumentParser
import Foundation
import Models
import NetworkRoom
import Node
import Primitives
import Workers

struct ModelServe: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve a text model to OpenAI's clients on this machine.",
    discussion: """
      For trying a model before it is sold: nothing is bought, paid or checked. The model reads a \
      window of symbols and gives a number for each symbol that may come next; the alphabet says \
      which character each symbol is: {"format": 1, "symbols": "…", "unknown": "?", "padding": \
      "\\n"}. Point an unchanged client at the URL that is printed. It goes on with text: the \
      messages of a chat are read as lines.
      """)
  static let schema = "model.serve/1"

  @Argument(help: "Its id, the start of it, or a file.", completion: .models) var model: String
  @Option(help: "The alphabet, a JSON file.", completion: .file()) var alphabet: String
  @Option(help: "What clients call it; else the start of its id.") var name: String?
  @Option(help: "The address to listen at.") var host = "127.0.0.1"
  @Option(help: "The port; 0 takes any free one.") var port = 4070
  @OptionGroup var logging: LogOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let bytes = try LocalFile.read(alphabet)
    let alphabet = try LocalFile.naming(alphabet) { () throws(Refusal) in
      try Alphabet(json: bytes)
    }
    let text = try TextModel(try ModelFolder().model(model), alphabet)
    let name = name ?? text.model.id.short
    let speaker = TextSpeaker(
      [(name, text)], created: UInt64(max(0, Date().timeIntervalSince1970)))
    let stops = StopSignals.stream()
    let server: Server
    do {
      server = try await Server.start(
        speaker, host: host, port: port, log: logging.logger(console))
    } catch let error as ServerError {
      throw Failure(.unreachable, code: error.code, error.message, hint: error.hint)
    }
    let url = "\(server.address)/v1"
    console.event(Self.schema, ["event": "ready", "url": .string(url), "model": .string(name)]) {
      "\($0(.handle, url)) speaks with \($0(.handle, name)); ctrl-c stops it"
    }
    for await _ in stops { break }
    await server.stop()
  }
}
