// A request that fits its route: every parameter was judged before the route sees it.

import Hummingbird
import Primitives

/// What a handler gets.
struct Asked: Sendable {
  var request: Request
  var route: Route
  /// The parts of the path that have names.
  var path: [String: String]
  var query: [String: [String]]
  /// Who is on the other end of the connection.
  var peer: Peer

  init(
    _ request: Request, _ route: Route, path: [String: String], target: RequestTarget, peer: Peer
  ) throws(Problem) {
    self.request = request
    self.route = route
    self.path = path
    self.peer = peer
    query = [:]
    for parameter in route.parameters where parameter.place == .path {
      try parameter.check(path[parameter.name] ?? "")
    }
    for (name, value) in target.parameters {
      guard let parameter = route.parameters.first(where: { $0.name == name && $0.place == .query })
      else { throw Asked.unknown(name, route) }
      let values =
        parameter.isRepeated ? value.split(separator: ",").map(String.init) : [value]
      for value in values { try parameter.check(value) }
      guard parameter.isRepeated || query[name] == nil else {
        throw Problem(400, "doubledParameter", "\(name) is said twice", hint: "say it once")
      }
      query[name, default: []] += values
    }
    for parameter in route.parameters where parameter.isRequired && parameter.place == .query {
      guard query[parameter.name] != nil else { throw .missingParameter(parameter.name) }
    }
  }

  private static func unknown(_ name: String, _ route: Route) -> Problem {
    let known = route.parameters.filter { $0.place == .query }.map(\.name)
    return Problem(
      400, "unknownParameter", "this route knows no such parameter",
      hint: known.isEmpty ? "leave the query out" : "it takes \(known.joined(separator: ", "))")
  }

  /// The one part of the path that has a name.
  var name: String { path.values.first ?? "" }

  func value(_ name: String) -> String? { query[name]?.first }
  func values(_ name: String) -> [String] { query[name] ?? [] }
  func number(_ name: String) -> UInt64? { value(name).flatMap { UInt64($0) } }
  func address(_ name: String) -> Address? { value(name).flatMap { Address(hex: $0) } }
  func hash(_ name: String) -> Bytes32? { value(name).flatMap { Bytes32(hex: $0) } }
}

extension Problem {
  static func missingParameter(_ name: String) -> Problem {
    Problem(
      400, "missing" + name.prefix(1).uppercased() + name.dropFirst(),
      "\(name) is not said", hint: "add ?\(name)=")
  }
}
