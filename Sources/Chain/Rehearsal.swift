// The dry run that a wallet shows before it signs.

public import Kernel
public import Market
public import Primitives

/// What a message would do to the state as it is after the last block.
public struct Rehearsal: Sendable {
  /// Why it would not be done; nil when it would.
  public var refusal: Refusal?
  /// Whether it would enter a block, and so cost its toll, even when it is refused.
  public var isAdmitted = false
  public var toll = Amount()
  /// Rows as they would be, by leaf.
  public var changes: [RowChange] = []
  /// Money as it would move, tolls first.
  public var postings: [Posting] = []
  public var events: [Event] = []
  public var settled: [SettledRun] = []

  public init() {}
}

/// A message that nobody signed yet, with what of it needs no state: made where nobody waits for
/// it, since the state has one queue.
public struct UnsignedMessage: Sendable {
  public let message: Message
  /// The key that would sign it, where that is not the sender's own.
  public let session: Address?
  let id: Bytes32
  let kind: Result<UInt8, Refusal>
  /// Bytes of it with a signature.
  let size: Int

  public init(_ message: Message, by session: Address? = nil) {
    self.message = message
    self.session = session
    id = message.id
    kind = Result { () throws(Refusal) in try CBOR.kind(of: message.encoded) }
    let unsigned = Authorisation(Signature(r: .zero, s: .zero, v: 27))
    size = SignedMessage(message, unsigned).encoded.count
  }
}

extension State {
  /// Applies a message that nobody signed yet, lists what changes, and takes everything back.
  ///
  /// - Parameter session: the key that would sign it, where that is not the sender's own.
  public mutating func rehearse(
    _ message: Message, by session: Address? = nil
  ) -> Rehearsal {
    rehearse(UnsignedMessage(message, by: session))
  }

  /// - Parameter listsChanges: whether the rows are wanted as well; each is encoded for it.
  public mutating func rehearse(
    _ unsigned: UnsignedMessage, listsChanges: Bool = true
  ) -> Rehearsal {
    let (message, session) = (unsigned.message, unsigned.session)
    var rehearsal = Rehearsal()
    guard !isTorn else {
      rehearsal.refusal = .stateIsTorn
      return rehearsal
    }
    let before = mark()
    let settled = results.settled.count
    do throws(Refusal) {
      let head = message.head
      let signer = session.map { SessionSigner(owner: head.from, key: $0) }
      rehearsal.toll = try admit(head, signer: session ?? head.from, size: unsigned.size)
      if let signer {
        try kernel.admit(signer, kind: try unsigned.kind.get(), toll: rehearsal.toll)
      }
      rehearsal.isAdmitted = true
      let outcome = carryOut(
        message, as: unsigned.id, toll: rehearsal.toll, by: signer)
      rehearsal.refusal = outcome.refusal
      if listsChanges {
        list(since: before, into: &rehearsal.changes)
        rehearsal.changes.sort { $0.leafKey < $1.leafKey }
      }
      rehearsal.postings = kernel.ledger.postings
      rehearsal.events = kernel.events
      rehearsal.settled = Array(results.settled[settled...])
    } catch {
      rehearsal.refusal = error
    }
    rollback(to: before)
    return rehearsal
  }
}
