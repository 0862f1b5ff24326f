// The messages of the two roads, filled in as an ordinary buyer and provider would.

import Kernel
import Primitives

@testable import Market

extension House {
  static func salt(_ name: String) -> Bytes32 { SHA256.hash(Array(name.utf8)) }
  static let buyerSalt = House.salt("seats")
  static let inputKey = House.salt("input key")

  static func head(_ name: String) -> Head {
    var head = Head()
    head.from = account(name)
    head.validUntil = .never
    return head
  }

  func input() throws -> Content {
    try input(Array("eight by eight".utf8), key: House.inputKey)
  }

  /// An order for one run at up to a dollar, T = 60 s.
  func order(_ check: CheckTerms, limit: UInt64 = 1_000_000) throws -> PlaceOrder {
    var m = PlaceOrder()
    m.head = House.head("buyer")
    m.request.work = "inference"
    m.request.spec = [1]
    m.request.check = check
    m.request.limit = Rate(Amount(limit))
    m.saltCommitment = SaltCommitment.of(House.buyerSalt)
    m.input = try input()
    return m
  }

  static func bid(_ name: String, _ order: OrderID, _ price: UInt64) -> PlaceBid {
    var m = PlaceBid()
    m.head = head(name)
    m.order = order
    m.seal = PlaceBid.seal(
      order: order, bidder: account(name), price: Amount(price), salt: salt(name))
    return m
  }

  static func reveal(_ name: String, _ order: OrderID, _ price: UInt64) -> RevealBid {
    var m = RevealBid()
    m.head = head(name)
    m.order = order
    m.price = Amount(price)
    m.salt = salt(name)
    return m
  }

  static func draw(_ order: OrderID) -> DrawSeats {
    var m = DrawSeats()
    m.head = head("buyer")
    m.order = order
    m.salt = buyerSalt
    return m
  }

  static func honour(_ name: String, _ lease: LeaseID) -> HonourSeat {
    var m = HonourSeat()
    m.head = head(name)
    m.lease = lease
    return m
  }

  func sendInput(_ run: RunKey, to seats: [String]) throws -> SendInput {
    var m = SendInput()
    m.head = House.head("buyer")
    m.run = run
    m.input = try input()
    m.keys = seats.map { House.sealed(to: House.account($0)) }
    return m
  }

  func evidence(_ name: String, _ answer: String, units: UInt64 = 1) throws -> Evidence {
    let key = House.salt(name + " output key")
    let output = try self.output(Array(answer.utf8), key: key)
    return Evidence(output: output, units: units)
  }

  static func outputKey(_ name: String) -> WrappedKey {
    sealed(to: account("buyer"))
  }

  /// What the ledger sees of a sealed key; only its reader could tell that nothing is in it.
  static func sealed(to reader: Address) -> WrappedKey {
    WrappedKey(
      to: reader, scheme: WrappedKey.sealed,
      bytes: [UInt8](repeating: 7, count: WrappedKey.sealedBytes))
  }

  func seal(_ name: String, _ run: RunKey, _ answer: String) throws -> SealAnswer {
    var m = SealAnswer()
    m.head = House.head(name)
    m.run = run
    let evidence = try evidence(name, answer)
    m.seal = Evidence.seal(
      run: run.id, seat: House.account(name), output: evidence.output.root,
      units: evidence.units, salt: House.salt(name))
    return m
  }

  func unseal(_ name: String, _ run: RunKey, _ answer: String) throws -> UnsealAnswer {
    var m = UnsealAnswer()
    m.head = House.head(name)
    m.run = run
    m.evidence = try evidence(name, answer)
    m.salt = House.salt(name)
    m.key = House.outputKey(name)
    return m
  }

  func submit(_ name: String, _ run: RunKey, _ answer: String) throws -> SubmitEvidence {
    var m = SubmitEvidence()
    m.head = House.head(name)
    m.run = run
    m.evidence = try evidence(name, answer)
    m.key = House.outputKey(name)
    return m
  }
}
