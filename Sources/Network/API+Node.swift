// What a node says of itself.

import Hummingbird
import Primitives

extension API {
  func health() throws -> Response {
    let health = node.health()
    guard health.isGrowing else { throw Problem.stalled(waiting: health.waiting) }
    if health.isStopping { throw Problem.stopping }
    let height = node.gate.height
    var members = [JSONValue.Member(name: "ok", value: true)]
    // Lists that lag are no fault of the ledger, so that they make nobody ill; whoever shows
    // pages sees here how old they are.
    if node.listings != nil {
      let listed = min(node.listed.height, height)
      members.append(.init(name: "listed", value: .unsigned(listed)))
      members.append(.init(name: "behind", value: .unsigned(height - listed)))
    }
    return answer(members, height: height)
  }

  func metrics() -> Response {
    let page = Metrics.text(node.metrics.counts, node.gauges())
    return Response(bytes: Array(page.utf8), type: Metrics.mediaType)
  }

  /// The list of routes, for people and programs that meet a node for the first time.
  func index() -> Response {
    let lines = routes.routes.map { route -> JSONValue in
      [
        "method": .string(route.method.rawValue), "path": .string(route.path),
        "answer": .string(route.summary),
      ]
    }
    return answer("routes", .array(lines), height: node.gate.height)
  }

  func faucet(_ asked: Asked) async throws -> Response {
    guard let faucet = node.faucet else { throw Problem.noFaucet }
    let bytes = try await body(of: asked)
    let json = try reading { () throws(Refusal) in try JSONValue(parsing: bytes) }
    // Nobody has the address zero, and nothing can be paid to it.
    guard let text = json["address"]?.string, let address = Address(hex: text), address != .zero
    else {
      throw Problem.malformed("the address", hint: "send {\"address\": \"0x…\"}")
    }
    return answer(of: try await faucet.pour(to: address))
  }
}
