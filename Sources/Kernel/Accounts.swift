// Who may act: open accounts, declared operators, published keys, and lanes of sequences.

public import Primitives

/// Accounts and lanes. A sequence belongs to whoever signs, so that a stolen session key cannot
/// block the account that it signs for.
public struct Accounts: ~Copyable {
  @usableFromInline var accounts = Table<Address, Account>("accounts")
  @usableFromInline var lanes = Table<LaneKey, Lane>("lanes")

  public init() {}

  public func isOpen(_ address: Address) -> Bool { accounts.contains(address) }

  public func account(_ address: Address) throws(Refusal) -> Account {
    try accounts.require(address, else: .unknownAccount)
  }

  /// How many accounts are open.
  public var count: Int { accounts.count }

  /// Opens an account; one that is open stays as it is.
  public mutating func open(_ address: Address, at height: UInt64) {
    guard !accounts.contains(address) else { return }
    accounts[address] = Account(opened: height)
  }

  /// The key under which to seal what the account alone may read; zero when it published none.
  public func sealingKey(of address: Address) -> Bytes32 {
    accounts[address]?.sealingKey ?? .zero
  }

  public mutating func publish(sealingKey: Bytes32, of address: Address) throws(Refusal) {
    guard sealingKey != .zero else { throw .emptyKey }
    var row = try account(address)
    row.sealingKey = sealingKey
    accounts[address] = row
  }

  /// Every open account, in the order of its key's bytes.
  public func forEachAccount(_ body: (Address, Account) -> Void) { accounts.forEach(body) }
}

// MARK: - Operators

extension Accounts {
  /// Who runs the account: its operator if both have said so, else the account itself.
  ///
  /// One side is not enough. Of the bids of one operator only the lowest stays, so who could join
  /// a rival's name alone would knock its bid out.
  public func operatorOf(_ address: Address) -> Address {
    guard let row = accounts[address], row.isConfirmed else { return address }
    return row.operator
  }

  /// The member says whose it is; zero or itself takes it back. It counts once confirmed.
  public mutating func declare(_ member: Address, operator: Address) throws(Refusal) {
    var row = try account(member)
    let named = `operator` == member ? Address.zero : `operator`
    if named == row.operator { return }
    if named != .zero {
      guard try account(named).operator == .zero else { throw .operatorHasOperator }
    }
    row.operator = named
    row.isConfirmed = false
    accounts[member] = row
  }

  /// The operator says that a member, who named it, is its own, or is no longer.
  public mutating func confirm(
    _ member: Address, by operator: Address, isMember: Bool = true
  ) throws(Refusal) {
    var row = try account(member)
    guard row.operator == `operator`, `operator` != .zero else { throw .notDeclared }
    row.isConfirmed = isMember
    accounts[member] = row
  }
}

// MARK: - Lanes

extension Accounts {
  /// The sequence that the lane's next message must have.
  public func nextSequence(signer: Address, lane: UInt8) -> UInt64 {
    lanes[LaneKey(signer, lane)]?.next ?? 0
  }

  /// Uses up a sequence, which must be exactly the next.
  public mutating func use(
    sequence: UInt64, signer: Address, lane: UInt8
  ) throws(Refusal) {
    try lanes.update(LaneKey(signer, lane)) { row throws(Refusal) in
      let next = row?.next ?? 0
      if sequence < next { throw .staleSequence(got: sequence, next: next) }
      if sequence > next { throw .futureSequence(got: sequence, next: next) }
      let (after, overflow) = next.addingReportingOverflow(1)
      if overflow { throw .overflow }
      return Lane(next: after)
    }
  }
}

// MARK: - Message and block

extension Accounts: TableGroup {
  public mutating func tables(_ v: inout TableVisitor) {
    v(&accounts)
    v(&lanes)
  }
}

extension Refusal {
  /// No such account is open.
  public static var unknownAccount: Refusal { Refusal("unknownAccount") }

  /// The sequence was used already.
  public static func staleSequence(got: UInt64, next: UInt64) -> Refusal {
    Refusal("staleSequence", ["got": got, "next": next])
  }

  /// Messages of this lane are missing before this one.
  public static func futureSequence(got: UInt64, next: UInt64) -> Refusal {
    Refusal("futureSequence", ["got": got, "next": next])
  }

  /// Who has an operator is none.
  public static var operatorHasOperator: Refusal { Refusal("operatorHasOperator") }

  /// The account has not named this operator.
  public static var notDeclared: Refusal { Refusal("notDeclared") }

  /// Zero stands for no key.
  public static var emptyKey: Refusal { Refusal("emptyKey") }
}
