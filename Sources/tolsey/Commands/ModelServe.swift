// `tolsey model serve`: a text model of this machine for OpenAI's clients.

import ArgumentParser
import Foundation
import Graphs
import Inference
import Models
import NetworkRoom
import Node
import Primitives
import Workers

struct ModelServe: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve a text model to OpenAI's clients on this machine.",
    discussion: """
      Without a price it is for trying a model: nothing is bought, paid or checked. With --price \
      every answer is paid by x402 before it is handed over, through the facilitator of a node, \
      and goes to --pay-to. Where that is one of your keys, every answer has a receipt that it \
      signs, and vouchers of channels are taken beside single payments: a channel is charged \
      what was said, a single payment by token is for as many tokens as a request allows \
      (max_tokens), said or not. \
      The model reads a \
      window of symbols and gives a number for each symbol that may come next; the alphabet says \
      which character each symbol is: {"format": 1, "symbols": "…", "unknown": "?", "padding": \
      "\\n"}. Point an unchanged client at the URL that is printed. It goes on with text: the \
      messages of a chat are read as lines. With --check a client may ask for an answer that \
      passed a check, by the model's name (gpt:replicated3) or the field Tolsey-Check; it pays by \
      vouchers, for the limits of all runs at most.
      """)
  static let schema = "model.serve/1"

  @Argument(help: "Its id, the start of it, or a file.", completion: .models) var model: String
  @Option(help: "The alphabet, a JSON file.", completion: .file()) var alphabet: String
  @Option(help: "What clients call it; else the start of its id.") var name: String?
  @Option(help: "The address to listen at.") var host = "127.0.0.1"
  @Option(help: "The port; 0 takes any free one.") var port = 4070
  @Option(help: "What an answer costs, in dollars; else nothing.") var price: String?
  @Option(help: "What the price is for: call or token.") var per = PriceUnit.call
  @Option(help: "Who is paid: an address, or one of your keys.", completion: .keys)
  var payTo: String?
  @OptionGroup var lengths: SpeechLengthOptions
  @OptionGroup var checked: CheckedOptions
  @OptionGroup var site: DoorSiteOptions
  @OptionGroup var channels: ChannelOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var logging: LogOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let text = try TextModel(try ModelFolder().model(model), Alphabet.file(alphabet))
    let lengths = try lengths.limits()
    let name = name ?? text.model.id.short
    let base = TextSpeaker(
      [(name, text)], created: UInt64(max(0, Date().timeIntervalSince1970)))
    let charged = try await charge(text.model.id, name, on: console)
    let price = charged?.price
    let speaker = try await speaker(base, name, text.alphabet, charged?.door, on: console)
    let stops = StopSignals.stream()
    let server: Server
    do {
      server = try await Server.start(
        speaker, price: price, speech: lengths, host: host, port: port,
        log: logging.logger(console))
    } catch let error as ServerError {
      throw Failure(.unreachable, code: error.code, error.message, hint: error.hint)
    }
    let url = "\(server.address)/v1"
    var data: [JSONValue.Member] = [
      .init(name: "event", value: "ready"), .init(name: "url", value: .string(url)),
      .init(name: "model", value: .string(name)),
    ]
    if let price {
      data += [
        .init(name: "price", value: .unsigned(price.amount.units)),
        .init(name: "per", value: .string(price.unit.rawValue)),
        .init(name: "payTo", value: .string(price.payTo.checksummed)),
      ]
    }
    console.event(Self.schema, .object(data)) { paint in
      let cost = price.map { ", \(Dollars.text($0.amount)) a \($0.unit.rawValue)" } ?? ""
      return "\(paint(.handle, url)) speaks with \(paint(.handle, name))\(cost); ctrl-c stops it"
    }
    let claims = charged?.door.startClaims()
    for await _ in stops { break }
    await server.stop()
    await claims?.stop(console)
  }

  /// With what is checked, where anything is.
  private func speaker(
    _ base: TextSpeaker, _ name: String, _ alphabet: Alphabet, _ door: PaidDoor?,
    on console: Console
  ) async throws -> any Speaker {
    guard !checked.isEmpty else {
      guard checked.buyer == nil else {
        throw Failure(
          .usage, code: "nothingChecked", "nothing is bought where nothing is checked",
          hint: "say --check, or leave --buyer away")
      }
      return base
    }
    guard let payee = door?.channels?.desk.address else {
      throw Failure(
        .usage, code: "noVouchers", "answers that are checked are paid by vouchers",
        hint: "say --price, and --pay-to with one of your own keys")
    }
    return try await checked.speaker(
      base, name, model, alphabet, payee: payee, try await node.connect(console))
  }

  private func charge(
    _ model: ModelID, _ name: String, on console: Console
  ) async throws -> (price: SpeechPrice, door: PaidDoor)? {
    guard let asked = price else {
      guard payTo == nil, node.node == nil, site.publicUrl == nil else {
        throw Failure(
          .usage, code: "noPrice", "nothing is paid without a price",
          hint: "say --price, or leave --pay-to, --public-url and --node away")
      }
      return nil
    }
    let amount = try Dollars.required(asked)
    guard amount > .zero else {
      throw Failure(
        .usage, code: "noPrice", "a price of $0.00 is none", hint: "leave --price away")
    }
    guard let payTo else {
      throw Failure(
        .usage, code: "noPayee", "nobody is named who is paid", hint: "say --pay-to")
    }
    let site = try site.site()
    let payee = try KeyOptions.address(payTo)
    // An address that is nobody's here can be paid, and signs nothing.
    let key = try? KeysFolder().key(payTo).key
    let door = try await PaidDoor.open(
      try await node.connect(console), payTo: payee, key: key, ware: "text-\(model.short)",
      work: SpeechPrice.work, channels)
    var price = SpeechPrice(
      amount, per: per.unit, payTo: payee, chainID: door.chainID, gate: door.gate,
      specs: [name: InferenceSpec(model: model.digest).encoded])
    price.site = site
    return (price, door)
  }
}

/// How long a prompt may be, and an answer.
struct SpeechLengthOptions: ParsableArguments {
  @Option(
    help: "The most bytes of a prompt, 16 for each message among them; a token is a byte at least.")
  var mostPrompt = 32_768
  @Option(help: "The most tokens of an answer, 1 to 4096.") var mostTokens = ChatRequest.mostTokens

  func limits() throws -> SpeechLimits {
    guard mostPrompt > 0 else {
      throw Failure(
        .usage, code: "badMostPrompt", "a prompt has bytes", hint: "leave --most-prompt away")
    }
    guard (1...ChatRequest.mostTokens).contains(mostTokens) else {
      throw Failure(
        .usage, code: "badMostTokens",
        "an answer has 1 to \(ChatRequest.mostTokens) tokens", hint: "leave --most-tokens away")
    }
    return SpeechLimits(prompt: mostPrompt, tokens: mostTokens)
  }
}

/// What a price is for, as a word of the command line.
enum PriceUnit: String, CaseIterable, ExpressibleByArgument {
  case call, token

  var unit: SpeechUnit { self == .call ? .call : .token }
}

extension Alphabet {
  /// Of a JSON file, which a refusal names.
  static func file(_ path: String) throws -> Alphabet {
    let bytes = try LocalFile.read(path)
    return try LocalFile.naming(path) { () throws(Refusal) in try Alphabet(json: bytes) }
  }
}
