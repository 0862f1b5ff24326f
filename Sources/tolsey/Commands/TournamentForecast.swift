// A forecast on its way: read from words, ranked, kept until it is revealed.

import Agents
import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Primitives
import Tournaments

/// Numbers in an option or in a file.
struct ValueOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: "The values, with commas between them: 0.2,-1.5,0.7.")
  var values: String?
  @Option(help: "A file with the values, with spaces, commas or lines between them.")
  var file: String?

  /// As many values as are asked for.
  func values(_ count: UInt64, by asker: String = "the tournament") throws -> [PlainNumber] {
    try words(count, by: asker).map { word throws -> PlainNumber in
      guard let number = PlainNumber(word) else {
        throw Failure(
          .usage, code: "badValue", "\(word) is no number", hint: "write it like -1.5 or 0.7")
      }
      return number
    }
  }

  /// As many words as are asked for, as they were written.
  func words(_ count: UInt64, by asker: String) throws -> [Substring] {
    let text: String
    switch (values, file) {
    case (let words?, nil): text = words
    case (nil, let path?):
      text = String(decoding: try LocalFile.read(path, limit: 65_536), as: UTF8.self)
    default:
      throw Failure(
        .usage, code: "badValue", "the values are given by --values or by --file",
        hint: "write --values 0.2,-1.5,0.7")
    }
    let words = text.split { ", \t\n\r;[]".contains($0) }
    guard words.count == Int(clamping: count) else {
      throw Failure(
        .usage, code: "badValue", "\(words.count) values are given, \(asker) asks for \(count)",
        hint: "give one for each")
    }
    return words
  }
}

/// A decimal number as it is written, compared exactly: at most 12 digits before the point and 9
/// behind it.
struct PlainNumber: Comparable {
  private let billionths: Int128

  init?(_ text: Substring) {
    var rest = text
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest.removeFirst() }
    let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), !parts[0].isEmpty, parts[0].count <= 12,
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let whole = Int128(parts[0])
    else { return nil }
    var fraction: Int128 = 0
    if parts.count == 2 {
      guard (1...9).contains(parts[1].count) else { return nil }
      let padded = parts[1] + String(repeating: "0", count: 9 - parts[1].count)
      guard let digits = Int128(padded) else { return nil }
      fraction = digits
    }
    let size = whole * 1_000_000_000 + fraction
    billionths = isNegative ? -size : size
  }

  /// The number where it is whole; nil where it is not.
  var whole: Int? {
    let (quotient, rest) = billionths.quotientAndRemainder(dividingBy: 1_000_000_000)
    return rest == 0 ? Int(exactly: quotient) : nil
  }

  static func < (l: PlainNumber, r: PlainNumber) -> Bool { l.billionths < r.billionths }
}

enum Ranking {
  /// The order of values in numbers from 0 to 65,535, equal ones equal.
  static func ranks(_ values: [PlainNumber]) -> [UInt64] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [UInt64](repeating: 0, count: values.count)
    var rank: UInt64 = 0
    for (place, index) in order.enumerated() {
      if place > 0, values[order[place - 1]] < values[index] { rank += 1 }
      ranks[index] = rank
    }
    return ranks
  }
}

/// A tournament as a node's page has it.
struct TournamentFacts {
  let json: JSONValue

  static func read(_ link: NodeLink, _ number: UInt64) async throws -> TournamentFacts {
    do { return TournamentFacts(json: try await link.get("/tournaments/\(number).json")) } catch {
      guard let failure = error as? Failure, failure.code == "notFound" else { throw error }
      // The ledger's own words, wherever it is found out.
      throw Failure(Refusal("noSuchTournament", [Number("tournament", number)]))
    }
  }

  /// What the page says after one of its deadlines, by the name that it has there.
  func waiting(
    until deadline: String, at link: NodeLink, _ number: UInt64
  ) async throws -> TournamentFacts {
    var facts = self
    while let time = facts.json[deadline]?.uint64,
      try await link.marketNow().milliseconds < time
        || (deadline == "revealsEnd" && facts.json["state"]?.string == "open")
    {
      try await Task.sleep(for: .milliseconds(500))
      facts = try await TournamentFacts.read(link, number)
    }
    return facts
  }

  /// How many a forecast has.
  var values: UInt64 { json["rules"]?["values"]?.uint64 ?? 0 }

  var source: TruthSource {
    var source = TruthSource()
    source.width = json["source"]?["width"]?.uint64 ?? 4
    source.isSigned = json["source"]?["isSigned"]?.bool ?? true
    return source
  }

  /// What an account has sealed; nil where it has not entered.
  func seal(of account: Address) -> Bytes32? {
    (json["board"]?.array ?? []).first {
      $0["account"]?.string.flatMap(Address.init(hex:)) == account
    }?["seal"]?.string.flatMap(Bytes32.init(hex:))
  }
}

/// What an account sealed, kept until it is revealed.
struct ForecastBook {
  private let files: SealedFiles
  private let tournament: UInt64
  private let account: Address
  let salt: Bytes32

  init(_ link: NodeLink, _ key: PrivateKey, _ tournament: UInt64) async throws {
    let genesis = try await link.ask { client throws(ClientError) in try await client.genesis() }
    self.init(
      in: try HomeFolder.folder("forecasts"), network: genesis.network, key, tournament)
  }

  init(in folder: String, network: Bytes32, _ key: PrivateKey, _ tournament: UInt64) {
    self.tournament = tournament
    account = key.address
    files = SealedFiles(in: folder, network, tournament, key.address)
    salt = Salts(key).of(
      network: network, lane: Wallet.lane, sequence: tournament, "forecast of a tournament")
  }

  func seal(_ ranks: [UInt64]) -> Bytes32 {
    Entry.seal(tournament: tournament, by: account, forecast: ranks, salt: salt)
  }

  func keep(_ ranks: [UInt64], _ seal: Bytes32) throws {
    try files.keep(["forecast": .array(ranks.map { .unsigned($0) })], seal)
  }

  /// The forecast that was sealed so; nil where it is not kept here.
  func forecast(of seal: Bytes32) throws -> [UInt64]? {
    let ranks = try files.kept(seal)?["forecast"]?.array?.compactMap(\.uint64)
    // A file that somebody changed reveals nothing and costs a toll.
    return ranks.flatMap { self.seal($0) == seal ? $0 : nil }
  }
}
