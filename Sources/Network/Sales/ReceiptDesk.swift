// Signs what a door sold, and keeps the receipts for who asks for them.

public import Chain
import Market
import Payments
public import Primitives
import Synchronization

/// What a run was, apart from who paid what for it.
public struct RunFacts: Sendable {
  public var work: String
  public var spec: [UInt8]
  public var units: UInt64
  public var input: [UInt8]
  public var output: [UInt8]

  public init(work: String, spec: [UInt8], units: UInt64, input: [UInt8], output: [UInt8]) {
    self.work = work
    self.spec = spec
    self.units = units
    self.input = input
    self.output = output
  }
}

/// What paid for a run, and at which place among the runs that it pays.
struct RunPayment: Hashable, Sendable {
  var payment: Bytes32
  var buyer: Address
  var transaction = Bytes32.zero
  var index: UInt64 = 0
  var before = Amount.zero
  var price: Amount
}

/// One provider's word for each of its runs. The same run is signed the same, whenever it is.
public final class ReceiptDesk: Sendable {
  public let key: PrivateKey
  /// The key's, hashed once.
  public let address: Address
  public let network: Bytes32
  public let chainID: UInt64
  private let domain: EIP712.Domain
  private let secrets: HMAC.Key
  /// Signs in the key's place, where the seller wants a key of its own for receipts.
  private let signer: ReceiptSigner?
  private let memory = Mutex(Memory())

  private struct Memory {
    var receipts: [String: [UInt8]] = [:]
    var order: [String] = []
    var begins = 0
  }

  /// Receipts that are kept in memory; a run's buyer asks for its own soon.
  private static let kept = 8_192

  /// - Parameter namesKey: signs by an Ed25519 key that the account names.
  public init(key: PrivateKey, network: Bytes32, chainID: UInt64, namesKey: Bool = false) {
    self.key = key
    address = key.address
    secrets = HMAC.Key(key.secret.bytes)
    self.network = network
    self.chainID = chainID
    domain = SignedRun.domain(network: network, chainId: UInt256(chainID))
    signer = namesKey ? ReceiptSigner(of: key, network: network, domain: domain) : nil
  }

  func sign(_ facts: RunFacts, _ paid: RunPayment) throws(Refusal) -> SignedRun {
    var run = SoldRun()
    run.network = network
    run.provider = address
    run.buyer = paid.buyer
    run.payment = paid.payment
    run.transaction = paid.transaction
    run.index = paid.index
    run.before = paid.before
    run.price = paid.price
    run.work = facts.work
    run.spec = facts.spec
    run.units = facts.units
    let opening = secret("tolsey/sold/1", paid.payment, paid.index)
    run.commit(input: facts.input, output: facts.output, key: opening)
    if let signer {
      return SignedRun(run, opening: opening, chainId: chainID, signedBy: signer)
    }
    return SignedRun(run, opening: opening, chainId: chainID, domain: domain, signedBy: key)
  }

  /// The name under which a run's receipt is fetched: its buyer is told it, and nobody else can
  /// work it out.
  func name(_ payment: Bytes32, _ index: UInt64) -> String {
    Hex.digits(Array(secret("tolsey/receipt/1", payment, index).bytes.prefix(16)))
  }

  /// The first run of a payment has the key that it had when a payment bought one run.
  private func secret(_ tag: String, _ payment: Bytes32, _ index: UInt64) -> Bytes32 {
    var message = Array(tag.utf8) + payment.bytes
    if index > 0 { withUnsafeBytes(of: index.bigEndian) { message += $0 } }
    return secrets.authenticate(message)
  }

  func keep(_ signed: SignedRun) {
    keep(signed.encoded, of: signed.run.payment, signed.run.index)
  }

  /// Keeps the bytes of a signed run.
  func keep(_ bytes: [UInt8], of payment: Bytes32, _ index: UInt64) {
    keep(bytes, as: name(payment, index))
  }

  /// - Parameter name: under which it is fetched.
  func keep(_ bytes: [UInt8], as name: String) {
    memory.withLock { memory in
      if memory.receipts.updateValue(bytes, forKey: name) == nil { memory.order.append(name) }
      while memory.order.count - memory.begins > ReceiptDesk.kept {
        memory.receipts[memory.order[memory.begins]] = nil
        memory.begins += 1
      }
      if memory.begins > ReceiptDesk.kept {
        memory.order.removeFirst(memory.begins)
        memory.begins = 0
      }
    }
  }

  /// The file of a receipt, where it is kept.
  func find(_ name: String) -> [UInt8]? { memory.withLock { $0.receipts[name] } }
}
