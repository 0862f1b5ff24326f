// A door behind which payments happen: it writes the rows that a ledger would.

import Archive
import Chain
import Kernel
import Payments
import Primitives
import Synchronization

@testable import NetworkRoom

/// Takes payments and can lose its answers.
final class PayingDoor: MessageDoor {
  private let node: FakeNode
  let carried = Mutex<[PayAuthorised]>([])
  /// Messages that came to the door, of any kind.
  let asked = Mutex(0)
  /// What the next deliveries throw after they happened.
  let loses = Mutex<Problem?>(nil)
  /// What the next deliveries throw instead of happening.
  let refuses = Mutex<Problem?>(nil)
  /// Who carries which payment in the same block, before the one that comes next.
  let isAhead = Mutex<(PrivateKey, TransferAuthorisation)?>(nil)

  init(_ node: FakeNode) { self.node = node }

  func deliver(_ message: SignedMessage, waits: Bool) async throws(Problem) -> Delivery {
    asked.withLock { $0 += 1 }
    if let problem = refuses.withLock({ $0 }) { throw problem }
    guard case .payAuthorised(let m) = message.message else { throw .broken }
    let other = isAhead.withLock { other in
      defer { other = nil }
      return other
    }
    if let (key, authorisation) = other {
      let head = Head(from: key.address, lane: 0, sequence: 0, validUntil: .never)
      _ = try await deliver(
        SignedMessage.signing(
          .payAuthorised(PayAuthorised(head, authorisation)), with: key,
          domain: node.services.facts.genesis.domain), waits: true)
    }
    let a = m.authorisation
    let key = SpentNonce.key(a.payer, a.nonce)
    let isNew = carried.withLock { carried in
      defer { carried.append(m) }
      return !carried.contains { $0.authorisation.nonce == a.nonce }
    }
    let refusal = isNew ? nil : Refusal("authorisationUsed")
    let lane = try? CBOR.decode(Lane.self, from: laneRow(m))
    guard m.head.sequence == lane?.next ?? 0 else {
      throw Problem(Refusal("staleSequence", ["got": m.head.sequence, "next": 0]), status: 409)
    }
    var next = Lane()
    next.next = m.head.sequence + 1
    node.put("lanes", LaneKey(m.head.from, m.head.lane).keyBytes, next)
    if isNew {
      node.put(
        "spentNonces", key.keyBytes,
        SpentNonce(
          payer: a.payer, nonce: a.nonce, message: message.id, isCancelled: false, leaves: .never))
    }
    let record = RecordedMessage(
      id: message.id, height: 1, bytes: message.encoded,
      outcome: MessageOutcome(id: message.id, refusal: refusal, toll: Amount(40)))
    node.records.inside.withLock { $0.messages.append(record) }
    if let problem = loses.withLock({ $0 }) { throw problem }
    return .done(record)
  }

  private func laneRow(_ m: PayAuthorised) -> [UInt8] {
    let key = LaneKey(m.head.from, m.head.lane).keyBytes
    return node.records.inside.withLock { $0.rows["lanes"]?[key] } ?? []
  }

  func isWaiting(_ id: Bytes32) -> Bool { false }

  func rehearse(_ message: UnsignedMessage) async throws(Problem) -> Rehearsal {
    var rehearsal = Rehearsal()
    rehearsal.isAdmitted = true
    rehearsal.toll = Amount(40)
    return rehearsal
  }
}

/// A seller, a buyer with money, and the facilitator between them.
struct PayingMarket {
  static let now: UInt64 = 1_800_000_000
  let payer = PrivateKey(seed: Array("payer".utf8))
  let seller = PrivateKey(seed: Array("seller".utf8)).address
  let node: FakeNode
  let door: PayingDoor
  let facilitator: Facilitator

  init(accountsPerDay: Int = 0) {
    self.init(limits: FacilitatorLimits(accountsPerDay: accountsPerDay))
  }

  init(
    limits: FacilitatorLimits, rails: [any PaymentRail] = PaymentRails.all,
    node: FakeNode = FakeNode()
  ) {
    self.node = node
    door = PayingDoor(node)
    facilitator = Facilitator(
      key: PrivateKey(seed: Array("facilitator".utf8)), facts: node.services.facts,
      records: node.records, door: door,
      limits: limits,
      now: { Time(PayingMarket.now * 1_000) }, rails: rails)
    fund(payer.address, 1_000_000)
    fund(seller, 1)
  }

  func fund(_ account: Address, _ units: UInt64) {
    node.put("accounts", account.keyBytes, Account())
    node.put("balances", BalanceKey(.account(account), .dollar).keyBytes, Balance(Amount(units)))
  }

  var wanted: PaymentRequirements {
    PaymentRequirements(chainID: node.services.facts.chainID, Amount(10_000), payTo: seller)
  }

  /// What the client sends; a change comes before the signature.
  func payment(
    _ wanted: PaymentRequirements, nonce: UInt8 = 1, signedBy key: PrivateKey? = nil,
    _ change: (inout TransferAuthorisation) -> Void = { _ in }
  ) throws -> ExactPayment {
    var a = TransferAuthorisation(
      payer: payer.address, to: wanted.payTo, Amount(wanted.amount.uint64 ?? 0),
      validBefore: PayingMarket.now + 60, nonce: SHA256.hash([nonce]))
    change(&a)
    let domain = EIP712.Domain(
      name: wanted.name ?? "", version: wanted.version ?? "",
      chainId: node.services.facts.chainID, verifyingContract: wanted.asset)
    a = a.signed(by: key ?? payer, token: domain)
    let json: JSONValue = [
      "x402Version": 2, "accepted": wanted.json,
      "payload": [
        "signature": .string(Hex.encode(a.signature)),
        "authorization": [
          "from": .string(a.payer.checksummed), "to": .string(a.to.checksummed),
          "value": .string("\(a.value.units)"), "validAfter": .string("\(a.validAfter)"),
          "validBefore": .string("\(a.validBefore)"), "nonce": .string("\(a.nonce)"),
        ],
      ],
    ]
    guard let payment = ExactPayment(json) else { throw Refusal("malformed") }
    return payment
  }

  func request(
    nonce: UInt8 = 1, _ change: (inout TransferAuthorisation) -> Void = { _ in }
  ) throws -> FacilitatorRequest {
    FacilitatorRequest(try payment(wanted, nonce: nonce, change), wanted)
  }
}

/// Settlers of tests carry payments of `exact`, and no other.
extension PaymentSettler {
  func verify(body: JSONValue) async throws -> JSONValue { throw Problem.broken }
  func settle(body: JSONValue) async throws -> JSONValue? { throw Problem.broken }
  func sealed(_ transaction: Bytes32) async throws -> SealedMessage? { nil }
}
