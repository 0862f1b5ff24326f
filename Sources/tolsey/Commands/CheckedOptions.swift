// Under which checks a text model's answers are sold beside `open`, and who buys what they need.

import ArgumentParser
import Market
import NetworkRoom
import Node
import Primitives
import Workers

struct CheckedOptions: ParsableArguments {
  @Option(
    name: .customLong("check"), parsing: .singleValue,
    help: """
      Also sell answers that passed this check, as CHECK=LIMIT: every token is done again on the \
      node's market, by providers that take at most LIMIT dollars a run. replicated(3), (5), (7), \
      'proved(open)' or 'proved(succinct)'; may be repeated.
      """)
  var checks: [String] = []
  @Option(
    help: "The key whose account pays on the market for what is checked, and for nothing else.",
    completion: .keys)
  var buyer: String?
  @Option(help: "The most tokens of an answer that is checked.") var mostChecked = 16

  var isEmpty: Bool { checks.isEmpty }

  func validate() throws {
    guard mostChecked > 0 else { throw ValidationError("an answer has tokens") }
  }

  /// What speaks, with the market behind it.
  ///
  /// - Parameters:
  ///   - named: the model, as it was added here.
  ///   - payee: who is paid at the door; somebody else buys, who counts its own messages.
  func speaker(
    _ base: any Speaker, _ name: String, _ named: String, _ alphabet: Alphabet, payee: Address,
    _ link: NodeLink
  ) async throws -> any Speaker {
    guard let buyer else {
      throw Failure(
        .usage, code: "noBuyer", "nobody is named who buys what is to be checked",
        hint: "say --buyer and one of your keys; 'tolsey key new' makes one")
    }
    let key = try KeysFolder().key(buyer).key
    guard key.address != payee else {
      throw Failure(
        .usage, code: "buyerIsPaid", "who is paid at the door cannot buy for it too",
        hint: "both would count the messages of one key; name another with --buyer")
    }
    let balance = try await link.ask { client throws(ClientError) in
      try await client.account(key.address).balance
    }
    guard balance > .zero else {
      throw Failure(
        .refused, code: "noMoney", "\(key.address.checksummed) has no money to buy with",
        hint: "on a test node: tolsey account fund \(buyer)")
    }
    let terms = try await link.ask { client throws(ClientError) in try await client.terms() }
    let texts = try checks.map { word -> CheckedText in
      let (check, limit) = try split(word)
      let text = try TextModel(try ModelFolder().model(named, under: check.terms), alphabet)
      let made = CheckedText(
        name, text, under: check.name, limit: limit, mostTokens: mostChecked, terms: terms)
      guard let made else { throw CheckedOptions.unsold(word) }
      return made
    }
    let folder = try HomeFolder.folder("sales") + "/checked"
    return CheckedSpeaker(
      base, texts,
      buyer: CheckBuyer(key: key, at: link.market, bell: AskedBell(link.client)),
      shelf: try CheckedShelf(folder))
  }

  private func split(
    _ word: String
  ) throws -> (check: (name: String, terms: CheckTerms), limit: Amount) {
    let parts = word.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let name = SpokenCheck.named(String(parts[0])) else {
      throw CheckedOptions.unsold(word)
    }
    let limit = try Dollars.required(String(parts[1]))
    guard limit > .zero else {
      throw Failure(
        .usage, code: "noLimit", "a limit of $0.00 buys nothing", hint: "see 'tolsey offer list'")
    }
    return ((name, try CheckName.terms(name)), limit)
  }

  private static func unsold(_ word: String) -> Failure {
    Failure(
      .usage, code: "unsoldCheck", "'\(word)' is no check under which texts are sold",
      hint: "say CHECK=LIMIT, as 'replicated(3)=0.0005' or 'proved(succinct)=0.12'; 'disputable' "
        + "takes minutes, which no client waits")
  }
}
