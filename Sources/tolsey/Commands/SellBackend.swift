// `tolsey sell --openai`: any OpenAI-compatible server, behind a door that is paid by x402.

import ArgumentParser
import NetworkRoom
import Node
import Primitives

/// Which server is sold, and how it is asked.
struct SellBackendOptions: ParsableArguments {
  @Option(
    help: """
      Sell the answers of an OpenAI-compatible server instead of a model: its base URL, as \
      http://127.0.0.1:11434/v1. --http names the port to sell at; else 4070.
      """)
  var openai: String?
  @Option(help: "Which of its models is sold, by name; else all of them.")
  var backendModel: [String] = []
  @Option(
    help: "A file with the key that the server wants; else TOLSEY_BACKEND_KEY, else none.",
    completion: .file())
  var backendKeyFile: String?
  @Option(
    help: """
      What the price of its answers is for: call or token. By token those of the prompt cost as \
      much as those of the answer, by the server's own count.
      """)
  var per = PriceUnit.call
  @OptionGroup var lengths: SpeechLengthOptions

  /// Sells until it is stopped.
  func serve(
    _ url: String, at price: String?, key: KeyOptions, _ door: SellDoorOptions, _ node: NodeOptions,
    on console: Console
  ) async throws {
    guard let asked = price else {
      throw Failure.missing("price", usage: "tolsey sell --openai <url> --price <price>")
    }
    let amount = try Dollars.required(asked)
    guard amount > .zero else {
      throw Failure(.usage, code: "noPrice", "a price of $0.00 is none", hint: "say another")
    }
    let limits = try lengths.limits()
    let site = try door.site.site()
    let speaker = try await speaker(url)
    let (_, own) = try key.open()
    let link = try await node.connect(console)
    let ware = "openai-\("\(SHA256.hash(Array(url.utf8)))".dropFirst(2).prefix(16))"
    let paid = try await PaidDoor.open(
      link, payTo: own.address, key: own, ware: ware, work: SpeechPrice.work, door.channels)
    var terms = SpeechPrice(
      amount, per: per.unit, payTo: own.address, chainID: paid.chainID, gate: paid.gate)
    terms.mostPrompt = limits.prompt
    terms.site = site
    let stops = StopSignals.stream()
    let server: Server
    do {
      server = try await Server.start(
        speaker, price: terms, speech: limits,
        host: door.host, port: door.http ?? 4070, log: door.logging.logger(console))
    } catch let error as ServerError {
      throw Failure(.unreachable, code: error.code, error.message, hint: error.hint)
    }
    let address = "\(server.address)/v1"
    let data: JSONValue = [
      "event": "selling", "url": .string(address), "price": .unsigned(amount.units),
      "per": .string(per.rawValue), "payTo": .string(own.address.checksummed),
      "models": .array(speaker.models.map { .string($0.name) }),
    ]
    console.event(SellCommand.schema, data) { paint in
      let names = speaker.models.map(\.name).joined(separator: ", ")
      return "\(paint(.handle, address)) sells \(names.harmless) at "
        + "\(Dollars.text(amount)) a \(per.rawValue); ctrl-c stops it"
    }
    let claims = paid.startClaims()
    for await _ in stops { break }
    await server.stop()
    await claims?.stop(console)
    console.event(
      SellCommand.schema, ["event": "stopped", "provider": .string(own.address.checksummed)]
    ) { _ in "stopped" }
  }

  private func speaker(_ url: String) async throws -> BackendSpeaker {
    guard let backend = Seller(url, isNamed: true) else {
      throw Failure(
        .usage, code: "badBackend", "\(url.harmless) is no URL of such a server",
        hint: url.hasPrefix("https://")
          ? "there is no TLS here; let a proxy of yours have it, and name its http URL"
          : "a server is named like http://127.0.0.1:11434/v1")
    }
    do throws(SpeechProblem) {
      let speaker = try await BackendSpeaker(backend, key: try secret(), only: backendModel)
      guard !speaker.models.isEmpty else {
        throw SpeechProblem(502, "noModels", "the server behind has no model of that name")
      }
      return speaker
    } catch {
      throw Failure(
        .unreachable, code: error.code, error.message,
        hint: "look whether it answers GET \(backend.url)/models, and whether it wants a key")
    }
  }

  /// Never an argument: those everybody on the machine can read.
  private func secret() throws(SpeechProblem) -> String? {
    guard let file = backendKeyFile else {
      guard let text = HomeFolder.environment("TOLSEY_BACKEND_KEY") else { return nil }
      return try SellBackendOptions.key(text, "badKey", "TOLSEY_BACKEND_KEY")
    }
    guard let bytes = try? LocalFile.read(file, limit: 8 << 10) else {
      throw SpeechProblem(500, "noKeyFile", "the file with the server's key cannot be read")
    }
    let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first ?? ""
    return try SellBackendOptions.key(text, "badKeyFile", "the file with the server's key")
  }

  /// What is not plain would be a field of its own in the request, or nothing at all.
  private static func key(
    _ text: some StringProtocol, _ code: String, _ place: String
  ) throws(SpeechProblem) -> String {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw SpeechProblem(500, code, "\(place) holds no key")
    }
    return String(text)
  }
}
