// Test money: a transfer from an account of the genesis, so much a day and address.

import Archive
import Chain
import Foundation
import Kernel
import NetworkRoom
public import Primitives
import Synchronization

/// How much a faucet gives.
public struct FaucetLimits: Sendable {
  /// Each time.
  public var amount = Amount(100_000_000)
  /// Times a day that one address is given.
  public var perAddress = 1
  /// Times a day in all, so that nobody drains it with fresh addresses.
  public var perDay = 1_000

  public init() {}
}

/// Pours one transfer after the other. What it gave today is in a file, so that a restart gives
/// nobody a second helping.
actor TestFaucet: Faucet {
  private static let day: UInt64 = 86_400_000

  private let key: PrivateKey
  private let limits: FaucetLimits
  private let door: any MessageDoor
  private let records: any Records
  private let domain: EIP712.Domain
  private let now: @Sendable () -> Time
  private let path: String
  private var today: UInt64
  private var given: [Address: Int] = [:]
  private var total = 0

  init(
    key: PrivateKey, limits: FaucetLimits, door: any MessageDoor, records: any Records,
    domain: EIP712.Domain, path: String, now: @escaping @Sendable () -> Time
  ) {
    self.key = key
    self.limits = limits
    self.door = door
    self.records = records
    self.domain = domain
    self.now = now
    self.path = path
    today = now().milliseconds / TestFaucet.day
    for address in TestFaucet.read(path, day: today) {
      given[address, default: 0] += 1
      total += 1
    }
  }

  func pour(to address: Address) async throws(Problem) -> RecordedMessage {
    try requireOther(address)
    try reserve(address)
    do throws(Problem) {
      let signed = try transfer(to: address)
      guard case .done(let record) = try await door.deliver(signed, waits: true) else {
        throw Problem.broken
      }
      if let refusal = record.outcome.refusal {
        throw TestFaucet.problem(refusal)
      }
      TestFaucet.note(address, day: today, in: path)
      return record
    } catch {
      // It got nothing, so it may come again.
      given[address, default: 1] -= 1
      total -= 1
      // A sequence that no block used must not be waited for.
      nextInLane = [:]
      throw TestFaucet.problem(error)
    }
  }

  /// The faucet gives itself nothing.
  private func requireOther(_ address: Address) throws(Problem) {
    guard address != key.address else {
      throw Problem(
        400, "badAddress",
        "test money goes to an account of somebody, not to \(address.checksummed)",
        hint: "name the address of your key; 'tolsey key new' makes one")
    }
  }

  /// A transfer that was let in and refused. An empty purse is the faucet's own trouble; what the
  /// rules hold against the receiver stands in the way of this request only.
  static func problem(_ refusal: Refusal) -> Problem {
    switch refusal.code {
    case "insufficient":
      Problem(
        503, refusal.code, "the faucet has no money left", hint: "ask the operator to fill it",
        numbers: refusal.numbers)
    case "staleSequence", "futureSequence", "sequenceTaken", "expired":
      Problem(
        409, refusal.code, "another transfer of the faucet came first", hint: "ask again",
        numbers: refusal.numbers)
    default:
      Problem(
        422, refusal.code, "the rules refuse this transfer of test money",
        hint: "look the code up in the reference of refusals", numbers: refusal.numbers)
    }
  }

  /// What the door answers, as the receiver should read it: it signed nothing and owes nothing.
  static func problem(_ problem: Problem) -> Problem {
    switch problem.code {
    case "insufficient":
      Problem(
        503, problem.code, "the faucet has no money left", hint: "ask the operator to fill it",
        numbers: problem.numbers)
    default: problem
    }
  }

  private func reserve(_ address: Address) throws(Problem) {
    let day = now().milliseconds / TestFaucet.day
    if day != today {
      today = day
      given = [:]
      total = 0
    }
    let had = given[address] ?? 0
    guard had < limits.perAddress else {
      throw Problem(
        429, "faucetAddressLimit", "this address was given test money today",
        hint: "come back tomorrow, or use another address",
        numbers: [
          Number("given", UInt64(had)), Number("limit", UInt64(limits.perAddress)),
        ])
    }
    guard total < limits.perDay else {
      throw Problem(
        429, "faucetDayLimit", "the faucet is empty for today", hint: "come back tomorrow",
        numbers: [Number("given", UInt64(total)), Number("limit", UInt64(limits.perDay))])
    }
    given[address] = had + 1
    total += 1
  }

  /// Sequences that were handed out; a refused transfer gives its back.
  private var nextInLane: [UInt8: UInt64] = [:]

  private func transfer(to address: Address) throws(Problem) -> SignedMessage {
    let lane: UInt8 = 0
    let sequence = max(try recorded(lane), nextInLane[lane] ?? 0)
    nextInLane[lane] = sequence + 1
    // A genesis of tomorrow has blocks of tomorrow.
    let last = (try? max(now(), try blockTime()).after(seconds: 600)) ?? .never
    let head = Head(from: key.address, lane: lane, sequence: sequence, validUntil: last)
    return SignedMessage.signing(
      .transfer(Transfer(head, to: address, limits.amount)), with: key, domain: domain)
  }

  private func blockTime() throws -> Time {
    guard let row = try records.row("clock", key: UInt64(0).keyBytes).value else { return .zero }
    return try CBOR.decode(Clock.self, from: row).time
  }

  private func recorded(_ lane: UInt8) throws(Problem) -> UInt64 {
    do {
      let row = try records.row("lanes", key: LaneKey(key.address, lane).keyBytes).value
      guard let row else { return 0 }
      return try CBOR.decode(Lane.self, from: row).next
    } catch { throw .broken }
  }
}

// MARK: - The file

extension TestFaucet {
  /// Addresses that were given something on that day.
  private static func read(_ path: String, day: UInt64) -> [Address] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 2, UInt64(words[0]) == day else { return nil }
      return Address(hex: String(words[1]))
    }
  }

  private static func note(_ address: Address, day: UInt64, in path: String) {
    let line = Data("\(day) \(address)\n".utf8)
    guard let file = FileHandle(forWritingAtPath: path) else {
      _ = FileManager.default.createFile(
        atPath: path, contents: line, attributes: [.posixPermissions: 0o600])
      return
    }
    defer { try? file.close() }
    _ = try? file.seekToEnd()
    try? file.write(contentsOf: line)
  }
}
