// Carries one purchase through to its end, and says on the way what a person may want to know.

import Agents
import Chain
import Market
import NetworkRoom
import Primitives

/// What an account can pay, looked at before anything is sent.
enum Purse {
  static func require(_ most: Amount, of address: Address, _ link: NodeLink) async throws {
    let account = try await link.ask { client throws(ClientError) in
      try await client.account(address)
    }
    guard account.balance > most else {
      throw Failure(
        .refused, code: "insufficient",
        "\(address.checksummed) has \(Dollars.text(account.balance)), and "
          + "\(Dollars.text(most)) and the tolls would be locked",
        hint: "lower --limit, or on a test node: tolsey account fund \(address.checksummed)")
    }
  }
}

/// One purchase with its progress said to a person.
struct Purchasing {
  let link: NodeLink
  let want: Want
  /// What may be locked and spent.
  let most: Amount
  let key: PrivateKey
  let resumes: Bool

  func run(_ console: Console) async throws -> PurchaseResult {
    let buyer = Buyer(
      key: key, account: link.account, client: link.market, wants: [want],
      budget: Budget(total: most, perOrder: most), parallel: 1, tries: want.tries ?? 1)
    let road = want.road == .offer ? "taking an offer" : "asking for bids"
    let runs = want.runs == 1 ? "" : " for \(want.runs) runs, \(want.parallelRuns) at once"
    console.note("\(road)\(runs), at most \(Dollars.text(most))")
    if want.road == .auction {
      console.note("bids are taken for \(want.bidWindow) s and opened for \(want.revealWindow) s")
    }
    let interest = Interest(link.account ?? key.address, runs: want.runs)
    let refusals = FirstFailure()
    let foreign = ForeignProofs(want)
    let demands = KeyDemands()
    try await Clockwork(link: link, reactor: buyer, resumes: resumes).run(
      .ofBuyers(console),
      stop: {
        console.note("stopping: runs that have begun are finished; ctrl-c again leaves at once,")
        console.note("and the same command with --resume goes on")
        await buyer.stop()
      },
      refused: { refusals.note($0) },
      isOver: { news in
        for line in await interest.lines(news) { console.note(line) }
        for line in await foreign.lines(buyer) { console.warn(line) }
        for line in await demands.lines(buyer) { console.warn(line) }
        // What was refused before anything stood will be refused again.
        if refusals.failure != nil, await !interest.hasBegun { return true }
        return await buyer.isDone
      })
    if let failure = refusals.failure, await !interest.hasBegun { throw failure }
    if let result = await buyer.results.last { return result }
    if let refusal = await buyer.refusals[0] { throw Failure(refusal) }
    throw Failure(
      .interrupted, code: "interrupted", "stopped before anything was bought",
      hint: "nothing was paid")
  }
}

/// What is said once of each proof that is about another input than the buyer's.
private actor ForeignProofs {
  private let want: Want
  private var said = 0
  private var asked: Set<RunKey> = []

  init(_ want: Want) { self.want = want }

  func lines(_ buyer: Buyer) async -> [String] {
    let unseen = await buyer.unchecked.filter { asked.insert($0).inserted }.map {
      "the node says that a proof of \($0.id.short) stands, and does not show it: it is not checked"
    }
    return unseen + (await foreign(buyer))
  }

  private func foreign(_ buyer: Buyer) async -> [String] {
    let runs = await buyer.misled
    defer { said = runs.count }
    return runs.dropFirst(said).map { run in
      let what = "the proof of \(run.id.short) is about another input than yours"
      return want.contests
        ? "\(what): the input is shown to the ledger"
        : "\(what); the same command with --resume --contest shows the input to everybody and "
          + "brings the money back, while the run stands"
    }
  }
}

/// What is said once of each demand for the key to a hidden input.
private actor KeyDemands {
  private var said = 0

  func lines(_ buyer: Buyer) async -> [String] {
    let runs = await buyer.demanded
    defer { said = runs.count }
    return runs.dropFirst(said).map { run in
      "the provider of \(run.id.short) demands the key to the input, which was sealed to it; "
        + "posted it would stand for everybody, so the run will end without an answer and the "
        + "provider have the fee of an idle seat; the same command with --resume --post-key "
        + "posts it"
    }
  }
}
