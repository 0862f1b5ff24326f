// Which subnet, what its page says of it, and parts of a hundred.

import ArgumentParser
import Kernel
import NetworkRoom
import Primitives

/// Which subnet.
struct SubnetOptions: ParsableArguments {
  @Argument(help: "The subnet's number; see 'tolsey subnet list'.") var subnet: UInt64
}

/// A subnet as a node's page has it.
struct SubnetFacts {
  let json: JSONValue

  static func read(_ link: NodeLink, _ number: UInt64) async throws -> SubnetFacts {
    do { return SubnetFacts(json: try await link.get("/subnets/\(number).json")) } catch {
      guard let failure = error as? Failure, failure.code == "notFound" else { throw error }
      // The ledger's own words, wherever it is found out.
      throw Failure(Refusal("noSuchSubnet", [Number("subnet", number)]))
    }
  }

  private func count(_ name: String) throws -> UInt64 {
    guard let value = json[name]?.uint64 else {
      throw Failure(ClientError.garbled("its answer has no \(name)"))
    }
    return value
  }

  var epoch: UInt64 { get throws { try count("epoch") } }
  var epochEnds: Time { get throws { Time(try count("epochEnds")) } }
  var members: UInt64 { get throws { try count("members") } }
  var price: Amount { get throws { Amount(try count("price")) } }

  /// What a seal that stays shut costs, in ppm of the stake.
  var slash: UInt64 { json["parameters"]?["slash"]?.uint64 ?? 0 }

  /// The seat of an account; nil where it has none.
  func seat(of account: Address) -> JSONValue? {
    (json["seats"]?.array ?? []).first {
      $0["account"]?.string.flatMap(Address.init(hex:)) == account
    }
  }
}

/// Parts of a hundred as people write them.
enum Percent {
  /// `18`, `2.5 %` in parts per million; a usage error where it is none.
  static func ppm(_ text: String, _ name: String) throws -> UInt64 {
    var digits = text[...]
    if digits.hasSuffix("%") { digits.removeLast() }
    while digits.hasSuffix(" ") { digits.removeLast() }
    // Dollars have the digits that are needed: a hundredth of a percent has two more.
    guard !digits.hasPrefix("$"), let amount = Dollars.parse(String(digits)),
      amount.units % 100 == 0, amount.units <= 100_000_000
    else {
      throw Failure(
        .usage, code: "badPercent", "\(text) is no percentage for \(name)",
        hint: "write it like 18 or 2.5")
    }
    return amount.units / 100
  }

  static func text(_ ppm: UInt64) -> String {
    var rest = String(ppm % 10_000 + 10_000).dropFirst()
    while rest.last == "0" { rest.removeLast() }
    return "\(ppm / 10_000)\(rest.isEmpty ? "" : "." + rest) %"
  }
}
