// The beacon's row: its value and the state of the operator's hash chain.

public import Primitives

/// The last value, and what the next link must hash to.
public struct BeaconState: Fielded, Hashable {
  public static let typeName = "BeaconState"

  /// How many links a chain has.
  public static let chainLength: UInt64 = 1 << 20
  /// How many links must be left when the next chain is announced. Were it announced in the last
  /// block, the operator could try anchors until the first link suits a draw.
  public static let renewalMargin: UInt64 = 1024

  /// E of the last complete block.
  public var value = Bytes32()
  /// The last link, or the anchor before there is one.
  public var link = Bytes32()
  /// How many links of the chain are left.
  public var remaining: UInt64 = 0
  /// The anchor of the chain that follows; zero while none is announced.
  public var nextAnchor = Bytes32()

  public init() {}

  public init(value: Bytes32, anchor: Bytes32, remaining: UInt64 = BeaconState.chainLength) {
    self.value = value
    self.link = anchor
    self.remaining = remaining
  }

  /// The state after the next link, which must hash to the one before it. When a chain is used up
  /// the announced one begins.
  public func advanced(by next: Bytes32) throws(Refusal) -> BeaconState {
    var state = self
    if state.remaining == 0 {
      guard state.nextAnchor != .zero else { throw .linksUsedUp }
      state.link = state.nextAnchor
      state.nextAnchor = .zero
      state.remaining = BeaconState.chainLength
    }
    guard SHA256.hash(next.bytes) == state.link else { throw .wrongLink }
    state.link = next
    state.remaining -= 1
    return state
  }

  /// The state with the next chain announced.
  public func renewed(anchor: Bytes32) throws(Refusal) -> BeaconState {
    guard anchor != .zero else { throw .emptyAnchor }
    guard nextAnchor == .zero else { throw .linksAlreadyRenewed }
    guard remaining >= BeaconState.renewalMargin else {
      throw .renewalTooLate(remaining: remaining, needs: BeaconState.renewalMargin)
    }
    var state = self
    state.nextAnchor = anchor
    return state
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("value", &value)
    try v("link", &link)
    try v("remaining", &remaining)
    try v("nextAnchor", &nextAnchor)
  }
}

extension Refusal {
  /// The link of a block hashes to the link before it.
  public static var wrongLink: Refusal { Refusal("wrongLink") }

  /// The hash chain is at its end and no other was announced.
  public static var linksUsedUp: Refusal { Refusal("linksUsedUp") }

  /// The next chain is announced once; a second choice would let the operator pick.
  public static var linksAlreadyRenewed: Refusal { Refusal("linksAlreadyRenewed") }

  /// Zero stands for no anchor.
  public static var emptyAnchor: Refusal { Refusal("emptyAnchor") }

  /// The next chain is announced while enough links of this one are left.
  public static func renewalTooLate(remaining: UInt64, needs: UInt64) -> Refusal {
    Refusal("renewalTooLate", ["remaining": remaining, "needs": needs])
  }
}
