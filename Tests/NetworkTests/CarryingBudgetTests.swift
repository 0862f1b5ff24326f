// What strangers can make a facilitator spend: a share of a day, and never all of it.

import Kernel
import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct CarryingBudgetTests {
  private func account(_ number: UInt64) -> Address {
    PrivateKey(seed: Array("account".utf8) + number.keyBytes).address
  }

  private func limits(
    tolls: UInt64 = 4_200_000, accounts: Int = 0, _ payees: [Address] = []
  ) -> FacilitatorLimits {
    var limits = FacilitatorLimits(accountsPerDay: accounts)
    limits.tollsPerDay = Amount(tolls)
    limits.payees = Set(payees)
    return limits
  }

  /// A day's budget, at noon.
  private final class Day {
    private var budget = CarryingBudget()
    private let limits: FacilitatorLimits
    private var now = Time(43_200_000)

    init(_ limits: FacilitatorLimits) { self.limits = limits }

    func isOver() { now = Time(now.milliseconds + 86_400_000) }

    func take(_ toll: UInt64, _ whom: CarriedFor, opening count: Int = 0) -> Bool {
      budget.take(opening: count, toll: Amount(toll), for: whom, limits, now)
    }

    func giveBack(_ toll: UInt64, _ whom: CarriedFor) {
      budget.giveBack(opening: 0, toll: Amount(toll), for: whom, limits, now)
    }

    func mayOpen(_ payee: Address) -> Bool {
      budget.mayOpen(CarriedFor(payees: [payee]), limits, now)
    }

    /// Spends as often as it may.
    func spend(_ toll: UInt64, _ whom: CarriedFor) -> Int {
      var done = 0
      while take(toll, whom) { done += 1 }
      return done
    }
  }

  /// Circles through many accounts take all that is not kept, and nothing of what is.
  @Test func circlesLeaveTheNamedTheirHalf() {
    let seller = account(0)
    let day = Day(limits([seller]))
    var taken = 0
    for number in 1..<200 as Range<UInt64> {
      let whom = CarriedFor(payees: [account(number)], payer: account(number + 1))
      taken += day.spend(42, whom)
    }
    #expect(taken * 42 <= 2_100_000 && taken * 42 > 2_000_000)
    let named = CarriedFor(payees: [seller], payer: account(1))
    #expect(day.spend(42, named) * 42 >= 2_099_000)
    #expect(!day.take(42, named))
    day.isOver()
    #expect(day.take(42, named))
  }

  @Test func oneAccountTakesASixteenthOfWhatIsLeft() {
    let day = Day(limits(tolls: 16_000))
    #expect(day.spend(10, CarriedFor(payees: [account(1)])) == 100)
    #expect(day.spend(10, CarriedFor(payees: [account(2)])) == 93)
    // As payer of many it has no more than as payee.
    var paid = 0
    for number in 100..<200 as Range<UInt64> {
      let whom = CarriedFor(payees: [account(number)], payer: account(3))
      paid += day.spend(10, whom)
    }
    #expect(paid == 87)
    // A claim for several counts for each of them.
    let both = CarriedFor(payees: [account(1), account(9)])
    #expect(day.spend(10, both) == 0)
  }

  /// Bytes cost, not messages: one claim of many channels is as dear as many payments.
  @Test func aDayIsSpentByTolls() {
    let named = account(1)
    let day = Day(limits(tolls: 10_000, [named]))
    let whom = CarriedFor(payees: [named])
    #expect(day.spend(4_000, whom) == 2)
    #expect(day.spend(42, whom) == 47)
    day.giveBack(4_000, whom)
    #expect(day.spend(4_000, whom) == 1)
  }

  @Test func onePayeeDoesNotTakeAllOpenings() {
    let day = Day(limits(accounts: 320, [account(1)]))
    func open(_ payee: UInt64, _ payer: UInt64) -> Bool {
      let whom = CarriedFor(payees: [account(payee)], payer: account(payer))
      return day.take(42, whom, opening: 1)
    }
    // A thief of many accounts pays one payee.
    #expect((0..<200).count { open(2, 1_000 + $0) } == 10)
    #expect(!day.mayOpen(account(2)))
    #expect(open(3, 5_000))
    // One payer opens at many payees.
    #expect((0..<200).count { open(1_000 + $0, 4) } == 9)
    // Who was named still has half.
    #expect((0..<400).count { open(1, 2_000 + $0) } == 300)
    #expect(!day.mayOpen(account(1)))
  }

  /// A payer can name the seller's account and its own key as the authorizer: what it puts in and
  /// takes out again is not the seller's business.
  @Test func refundsHaveNoPartInWhatIsKept() {
    let named = account(1)
    let day = Day(limits(tolls: 32_000, [named]))
    let refund = CarriedFor(payees: [named], payer: account(2), isRefund: true)
    #expect(day.spend(10, refund) == 100)
    #expect(day.take(10, CarriedFor(payees: [named])))
  }

  /// A payer can name a seller and a key of its own as the authorizer: that key gives the money
  /// back. What its deposits cost is its own, and neither the seller's share nor what is kept.
  @Test func depositsForAStrangersAuthorizerAreNotTheSellers() async throws {
    let (seller, thief) = (account(1), account(2))
    var config = try ChannelConfig(
      payer: thief, receiver: seller, receiverAuthorizer: account(3), withdrawDelay: 900)
    let market = PayingMarket(limits: limits(tolls: 32_000, [seller]))
    let whom = try market.facilitator.depositing(into: config)
    let day = Day(limits(tolls: 32_000, [seller]))
    #expect(day.spend(10, whom) == 100)
    #expect(day.spend(10, CarriedFor(payees: [seller])) == 3_100)
    let other = Day(limits(tolls: 16_000))
    #expect(other.spend(10, whom) == 100)
    #expect(other.spend(10, CarriedFor(payees: [seller])) == 93)
    // The seller's own key, one that was named, or one with a bond of the seller's behind it.
    config.receiverAuthorizer = seller
    #expect(try market.facilitator.depositing(into: config).payees == [seller])
    config.receiverAuthorizer = account(4)
    market.node.put("standingBonds", StandingBond.key(of: config).keyBytes, StandingBond())
    #expect(try market.facilitator.depositing(into: config).payees == [seller])
    let named = Day(limits(tolls: 32_000, [seller, account(3)]))
    #expect(named.spend(10, whom) == 200)
  }

  /// A door's authorizer follows from its seller's key and has no account: by the seller's word the
  /// deposits there are the seller's, and by nobody else's.
  @Test func aDoorsOwnAuthorizerIsKnownByItsSellersWord() throws {
    let key = PrivateKey(seed: Array("account".utf8) + (1 as UInt64).keyBytes)
    let thief = PrivateKey(seed: Array("thief".utf8))
    let config = try ChannelConfig(
      payer: account(2), receiver: key.address, receiverAuthorizer: account(3), withdrawDelay: 900)
    let market = PayingMarket(limits: limits(tolls: 32_000, [key.address]))
    let network = market.node.services.facts.network
    func payees(
      _ key: PrivateKey, _ authorizer: UInt64 = 3, network: Bytes32
    ) throws -> Set<Address> {
      let word = AuthorizerWord.said(of: account(authorizer), network: network, by: key)
      return try market.facilitator.depositing(into: config, Hex.decode(word.text) ?? []).payees
    }
    #expect(try payees(key, network: network) == [key.address])
    #expect(try payees(thief, network: network) == [account(3)])
    #expect(try payees(key, 4, network: network) == [account(3)])
    #expect(try payees(key, network: SHA256.hash([1])) == [account(3)])
    #expect(try market.facilitator.depositing(into: config, [1, 2]).payees == [account(3)])
  }

  /// A deposit pays nobody yet: one payer's have a share also of what is kept.
  @Test func onePayersDepositsLeaveTheSellerItsHalf() {
    let seller = account(1)
    let day = Day(limits(tolls: 32_000, [seller]))
    var whom = CarriedFor(payees: [seller], payer: account(2))
    whom.isDeposit = true
    #expect(day.spend(10, whom) == 200)
    day.giveBack(10, whom)
    #expect(day.spend(10, whom) == 1)
    whom.payer = account(3)
    #expect(day.spend(10, whom) == 187)
    #expect(day.spend(10, CarriedFor(payees: [seller], payer: account(2))) == 2_813)
  }

  /// Two accounts of one owner send each other what they have, through four payees and back.
  @Test func whileMoneyGoesInCirclesANamedSellerIsPaid() async throws {
    let seller = account(5)
    let market = PayingMarket(limits: limits(tolls: 8_000, [seller]))
    let circle = (1...4 as ClosedRange<UInt64>).map { account($0) }
    for each in circle + [seller] { market.fund(each, 1) }
    var nonce: UInt64 = 0
    func pay(_ payee: Address) async throws -> Bool {
      nonce += 1
      var wanted = market.wanted
      wanted.payTo = payee
      wanted.amount = UInt256(50)
      let payment = try market.payment(wanted) { $0.nonce = SHA256.hash(nonce.keyBytes) }
      return try await market.facilitator.settle(FacilitatorRequest(payment, wanted)).isDone
    }
    var circled = 0
    for _ in 0..<40 {
      for payee in circle where try await pay(payee) { circled += 1 }
    }
    // The payer is one: a sixteenth of what is not kept, at 40 µ$ each.
    #expect((1...7).contains(circled))
    for _ in 0..<20 { #expect(try await pay(seller)) }
  }
}
