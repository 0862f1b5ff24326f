// A door of an agent before one seller that takes vouchers, for as long as a test asks.

import Agents
import Foundation
import Kernel
import Logging
import Payments
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

enum ChannelDoor {
  typealias Client = AgentDoorTests.Client

  private static func models(_ request: SeenRequest) -> Bool {
    request.line.hasPrefix("GET") && request.line.contains("/models")
  }

  /// A seller that asks for a price by voucher and does with vouchers what `paid` says.
  static func seller(
    _ price: @escaping @Sendable () -> UInt64 = { 1_000 }, hasExact: Bool = false,
    _ paid: @escaping @Sendable (String) -> String?
  ) throws -> FakeSeller {
    try FakeSeller { request, _ in
      if models(request) { return FakeSeller.models }
      if let payment = request["PAYMENT-SIGNATURE"] { return paid(payment) }
      let header = ChannelDemand.header(price(), hasExact: hasExact)
      return FakeSeller.reply(402, "{}", ["PAYMENT-REQUIRED: \(header)"])
    }
  }

  static func agent(_ change: @escaping (inout Policy) -> Void = { _ in }) throws -> FakeAgent {
    try FakeAgent { policy in
      policy.perMinute = 1_000
      change(&policy)
    }
  }

  static func open<T>(
    _ agent: FakeAgent, _ sellers: FakeSeller..., usesChannels: Bool = true,
    _ body: (Client, Teller) async throws -> T
  ) async throws -> T {
    var policy = try agent.wallet.policy()
    policy.payees = [
      PolicyPayee(FakeAgent.payee, origins: sellers.map { "http://127.0.0.1:\($0.port)" })
    ]
    try agent.wallet.set(policy, now: agent.clock())
    var options = AgentDoorOptions(
      name: "helper",
      sellers: try sellers.map {
        try #require(Seller("http://127.0.0.1:\($0.port)/v1", isNamed: true))
      }, secret: AgentDoorTests.secret)
    options.usesChannels = usesChannels
    options.limits = .patient
    options.limits.leaving = .zero
    let teller = try agent.teller()
    let server = try await Server.start(
      teller, options, clock: agent.clock, host: "127.0.0.1", port: 0,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let result: Result<T, any Error>
    do { result = .success(try await body(try Client(server.address.port), teller)) } catch {
      result = .failure(error)
    }
    await server.stop(grace: .milliseconds(200))
    return try result.get()
  }

  static func row(_ teller: Teller) async throws -> AgentChannel {
    try #require(await teller.channelRows.first)
  }
}
