// An agent that asks for a check pays only who says that he sells it, and takes only what says that
// it passed.

import Agents
import Foundation
import Logging
import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct CheckedSellerTests {
  typealias Answer = AgentDoorTests.Answer

  /// - Parameters:
  ///   - demands: the check that the seller's 402 names.
  ///   - passes: the check that its answer names.
  private func ask(
    _ model: String, _ fields: [(name: String, value: String)] = [], lists: [String] = ["m"],
    demands: String?, passes: String?
  ) async throws -> (answer: Answer, seen: [SeenRequest]) {
    let seller = try FakeSeller { request, _ in
      if request.line.hasPrefix("GET") {
        let all = lists.map { #"{"id":"\#($0)","object":"model","created":1}"# }
        return FakeSeller.reply(200, #"{"data":[\#(all.joined(separator: ","))]}"#)
      }
      let isPaid = request["PAYMENT-SIGNATURE"] != nil
      let check = (isPaid ? passes : demands).map { ["Tolsey-Check: \($0)"] } ?? []
      if isPaid { return FakeSeller.reply(200, #"{"said":"yes"}"#, check) }
      let header = Demand.header(10_000, to: FakeAgent.payee, words: "pay")
      return FakeSeller.reply(402, "{}", ["PAYMENT-REQUIRED: \(header)"] + check)
    }
    let agent = try FakeAgent { policy in
      policy.payees = [
        PolicyPayee(FakeAgent.payee, origins: ["http://127.0.0.1:\(seller.port)"])
      ]
    }
    let named = try #require(Seller("http://127.0.0.1:\(seller.port)/v1", isNamed: true))
    var options = AgentDoorOptions(
      name: "helper", sellers: [named], secret: AgentDoorTests.secret)
    options.limits = .patient
    let server = try await Server.start(
      try agent.teller(), options, clock: agent.clock, host: "127.0.0.1", port: 0,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let answer: Answer
    do {
      answer = try await AgentDoorTests.Client(server.address.port).send(
        "/v1/chat/completions", #"{"model":"\#(model)","messages":[]}"#,
        [("Content-Type", "application/json")] + fields)
    } catch {
      await server.stop(grace: .milliseconds(200))
      throw error
    }
    await server.stop(grace: .milliseconds(200))
    return (answer, seller.seen.withLock { $0.filter { !$0.line.hasPrefix("GET") } })
  }

  private func code(_ answer: Answer) -> String { answer.json?["error"]?["code"]?.string ?? "" }

  /// Older than checks, or a liar: it would sell what nobody checked for this price.
  @Test(arguments: [nil, "open", "replicated(5)"])
  func whoDoesNotSayThatHeSellsItIsNotPaid(_ demands: String?) async throws {
    for fields in [[], [(name: "Tolsey-Check", value: "replicated3")]] {
      let model = fields.isEmpty ? "m:replicated3" : "m"
      let (answer, seen) = try await ask(
        model, fields, demands: demands, passes: "replicated(3)")
      #expect(answer.status == 400 && code(answer) == "check_not_sold", "\(answer.text)")
      #expect(seen.count == 1 && seen[0]["PAYMENT-SIGNATURE"] == nil)
      #expect(seen[0]["Tolsey-Check"] == "replicated(3)")
    }
  }

  @Test func anAnswerThatPassedIsHandedOn() async throws {
    let (answer, seen) = try await ask(
      "m:replicated3", lists: ["m", "m:replicated3"], demands: "replicated(3)",
      passes: "replicated(3)")
    #expect(answer.status == 200 && answer.text.contains("yes"), "\(answer.text)")
    #expect(seen.count == 2 && seen[1]["PAYMENT-SIGNATURE"] != nil)
    let kept = try #require(answer.receipt)
    #expect(kept.contains("/receipts/"))
  }

  @Test func anAnswerThatDoesNotSayThatItPassedIsNot() async throws {
    let (answer, seen) = try await ask("m:replicated3", demands: "replicated(3)", passes: nil)
    #expect(answer.status == 502 && code(answer) == "answer_not_checked", "\(answer.text)")
    #expect(!answer.text.contains("yes"))
    // Paid once, whatever it says.
    #expect(Set(seen.compactMap { $0["PAYMENT-SIGNATURE"] }).count == 1)
  }

  @Test func twoChecksAreNone() async throws {
    let (answer, seen) = try await ask(
      "m:replicated3", [("Tolsey-Check", "open")], demands: "open", passes: "open")
    #expect(answer.status == 400 && code(answer) == "two_checks" && seen.isEmpty)
    let (other, none) = try await ask(
      "m", [("Tolsey-Check", "sworn")], demands: "open", passes: "open")
    #expect(other.status == 400 && code(other) == "unknown_check" && none.isEmpty)
  }

  /// The same words under another check are another request.
  @Test func aCheckIsAPartOfTheRequest() {
    let body = Array("x".utf8)
    let digests = [nil, "replicated(3)", "replicated(5)"].map {
      Relay.digest("/chat/completions", body, nil, $0)
    }
    #expect(Set(digests).count == 3)
    #expect(digests[0] == Relay.digest("/chat/completions", body, nil))
  }
}
