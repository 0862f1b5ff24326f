// What a node says of itself.

import Hummingbird
import Primitives

extension API {
  func health() throws -> Response {
    let health = node.health()
    guard health.isGrowing else { throw Problem.stalled(waiting: health.waiting) }
    if health.isStopping { throw Problem.stopping }
    return answer("ok", true, height: node.gate.height)
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
