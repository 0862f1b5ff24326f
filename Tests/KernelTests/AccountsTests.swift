// Lanes, operators and keys of accounts, and who might abuse them.

import Kernel
import Primitives
import Testing

@Suite("Accounts")
struct AccountsTests {
  private let alice = address(1)
  private let bob = address(2)

  @Test
  func sequencesAreExactlyTheNext() throws {
    var accounts = Accounts()
    #expect(accounts.nextSequence(signer: alice, lane: 0) == 0)
    try accounts.use(sequence: 0, signer: alice, lane: 0)
    try accounts.use(sequence: 1, signer: alice, lane: 0)
    let stale = refusal { () throws(Refusal) in
      try accounts.use(sequence: 1, signer: alice, lane: 0)
    }
    #expect(stale == .staleSequence(got: 1, next: 2))
    let future = refusal { () throws(Refusal) in
      try accounts.use(sequence: 3, signer: alice, lane: 0)
    }
    #expect(future == .futureSequence(got: 3, next: 2))
    #expect(accounts.nextSequence(signer: alice, lane: 0) == 2)
  }

  @Test
  func lanesAndSignersAreIndependent() throws {
    var accounts = Accounts()
    for lane in 0...255 as ClosedRange<UInt8> {
      try accounts.use(sequence: 0, signer: alice, lane: lane)
    }
    #expect(accounts.nextSequence(signer: alice, lane: 255) == 1)
    #expect(accounts.nextSequence(signer: bob, lane: 255) == 0)
  }

  @Test
  func aRolledBackMessageKeepsItsSequence() throws {
    var accounts = Accounts()
    let mark = accounts.mark()
    try accounts.use(sequence: 0, signer: alice, lane: 4)
    accounts.open(alice, at: 3)
    accounts.rollback(to: mark)
    #expect(accounts.nextSequence(signer: alice, lane: 4) == 0)
    #expect(accounts.isOpen(alice) == false)
  }

  @Test
  func theLastSequenceIsNeverUsed() throws {
    var accounts = Accounts()
    _ = try accounts.load(
      table: "lanes", key: LaneKey(alice, 0).keyBytes, row: Lane(next: .max).encoded)
    let refused = refusal { () throws(Refusal) in
      try accounts.use(sequence: .max, signer: alice, lane: 0)
    }
    #expect(refused == .overflow)
  }

  @Test
  func openingTwiceChangesNothing() throws {
    var accounts = Accounts()
    accounts.open(alice, at: 3)
    try accounts.publish(sealingKey: word(8), of: alice)
    accounts.open(alice, at: 9)
    let row = try accounts.account(alice)
    #expect(row.opened == 3)
    #expect(accounts.sealingKey(of: alice) == word(8))
    #expect(accounts.sealingKey(of: bob) == .zero)
  }

  @Test
  func keysArePublishedByOpenAccounts() {
    var accounts = Accounts()
    let unknown = refusal { () throws(Refusal) in
      try accounts.publish(sealingKey: word(8), of: alice)
    }
    #expect(unknown == .unknownAccount)
    accounts.open(alice, at: 0)
    let empty = refusal { () throws(Refusal) in
      try accounts.publish(sealingKey: .zero, of: alice)
    }
    #expect(empty == .emptyKey)
  }
}

@Suite("Operators")
struct OperatorTests {
  private let member = address(1)
  private let owner = address(2)
  private let rival = address(3)

  private func opened() -> Accounts {
    var accounts = Accounts()
    for account in [member, owner, rival] { accounts.open(account, at: 0) }
    return accounts
  }

  @Test
  func countsWhenBothSidesSaySo() throws {
    var accounts = opened()
    #expect(accounts.operatorOf(member) == member)
    try accounts.declare(member, operator: owner)
    #expect(accounts.operatorOf(member) == member)
    try accounts.confirm(member, by: owner)
    #expect(accounts.operatorOf(member) == owner)
    #expect(accounts.operatorOf(owner) == owner)
  }

  /// Of one operator's bids only the lowest stays, so nobody joins a rival on his own word, and
  /// nobody draws a rival in.
  @Test
  func nobodyJoinsARivalAlone() throws {
    var accounts = opened()
    try accounts.declare(rival, operator: owner)
    #expect(accounts.operatorOf(rival) == rival)
    let drawnIn = refusal { () throws(Refusal) in try accounts.confirm(member, by: rival) }
    #expect(drawnIn == .notDeclared)
    let selfConfirmed = refusal { () throws(Refusal) in
      try accounts.confirm(rival, by: rival)
    }
    #expect(selfConfirmed == .notDeclared)
    let zero = refusal { () throws(Refusal) in try accounts.confirm(member, by: .zero) }
    #expect(zero == .notDeclared)
  }

  @Test
  func eitherSideLeaves() throws {
    var accounts = opened()
    try accounts.declare(member, operator: owner)
    try accounts.confirm(member, by: owner)
    try accounts.confirm(member, by: owner, isMember: false)
    #expect(accounts.operatorOf(member) == member)
    try accounts.confirm(member, by: owner)
    try accounts.declare(member, operator: member)
    #expect(accounts.operatorOf(member) == member)
  }

  /// A confirmation is for one declaration: it does not follow the member to another operator.
  @Test
  func anotherOperatorConfirmsAnew() throws {
    var accounts = opened()
    try accounts.declare(member, operator: owner)
    try accounts.confirm(member, by: owner)
    try accounts.declare(member, operator: rival)
    #expect(accounts.operatorOf(member) == member)
  }

  @Test
  func operatorsHaveNoOperator() throws {
    var accounts = opened()
    try accounts.declare(owner, operator: rival)
    let refused = refusal { () throws(Refusal) in
      try accounts.declare(member, operator: owner)
    }
    #expect(refused == .operatorHasOperator)
    let unknown = refusal { () throws(Refusal) in
      try accounts.declare(member, operator: address(99))
    }
    #expect(unknown == .unknownAccount)
  }
}
