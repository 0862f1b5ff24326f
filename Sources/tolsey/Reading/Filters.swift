// What lists of the market and the court may be narrowed by, in a person's words.

import ArgumentParser
import Primitives

/// An account as people type it, for the API.
enum AccountWord {
  static func text(_ word: String) throws -> String { "\(try KeyOptions.address(word))" }
}

/// A model as people type it: its id, `0x…`, or one that was added here.
enum ModelWord {
  static func digest(_ word: String) throws -> Bytes32 {
    if let digest = Bytes32(hex: word) { return digest }
    if let digest = try? PrintedID.parse("model", word) { return digest }
    return try ModelFolder().model(word).id.digest
  }
}

/// Orders and offers have one owner; leases have providers too.
struct RoadFilters: ListFilters {
  @Option(
    help: "Only this account's, the buyer's or the provider's: an address, or one of your keys.",
    completion: .keys)
  var account: String?
  @Option(
    help: "Only about this model: its id, 0x…, or one that was added here.", completion: .models)
  var model: String?
  @Option(help: "Only under this check.", completion: .list(CheckWords.kinds)) var check: String?
  @Option(help: "Only in this state, as the API names it.") var state: String?

  func query() throws -> [(name: String, value: String)] {
    var parts: [(name: String, value: String)] = []
    if let account { parts.append(("account", try AccountWord.text(account))) }
    if let model { parts.append(("model", "\(try ModelWord.digest(model))")) }
    if let check { parts.append(("check", check)) }
    if let state { parts.append(("state", state)) }
    return parts
  }
}

struct LeaseFilters: ListFilters {
  @Option(help: "Only with a seat of this provider.", completion: .keys) var provider: String?
  @OptionGroup var road: RoadFilters

  func query() throws -> [(name: String, value: String)] {
    try (provider.map { [("provider", try AccountWord.text($0))] } ?? []) + road.query()
  }
}

struct AuditorFilters: ListFilters {
  @Option(help: "Only who can do this model again.", completion: .models) var model: String?
  @Option(help: "Only in this state.", completion: .list(["ready", "leaving"]))
  var state: String?

  func query() throws -> [(name: String, value: String)] {
    var parts: [(name: String, value: String)] = []
    if let model { parts.append(("model", "\(try ModelWord.digest(model))")) }
    if let state { parts.append(("state", state)) }
    return parts
  }
}

struct PublisherFilters: ListFilters {
  @Option(help: "Only this publisher's: an address, or one of your keys.", completion: .keys)
  var account: String?

  func query() throws -> [(name: String, value: String)] {
    try account.map { [("account", try AccountWord.text($0))] } ?? []
  }
}
