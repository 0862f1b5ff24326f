// The route for sessions: what a key may still spend for an account.

import Hummingbird
import Kernel
import Primitives

extension RouteTable {
  static let sessionRoutes: [Route] = [
    .get(
      "/api/sessions/:id", .accounts, "A session: its limits, and what is used up.",
      .byHeight, [.path("id", .hash, "the hash of owner and key")],
      gives: .json("the session, where there is one", .answer(.may("session", .row(Session.self))))
    ) { api, asked in try api.session(asked) }
  ]
}

extension API {
  func session(_ asked: Asked) throws -> Response {
    let id = Bytes32(hex: asked.name) ?? .zero
    let found = try row(Session.self, "sessions", id.keyBytes)
    let members = found.value.map { [JSONValue.Member(name: "session", value: $0.json)] }
    return answer(members ?? [], height: found.height)
  }
}
