// All routes of the API, and which of them a path means.

import HTTPTypes
import Primitives

/// The declarations, found by path. The server answers by it and the document is made from it.
struct RouteTable: Sendable {
  let routes: [Route]
  private let patterns: [Pattern]

  /// One path with its routes, one a method.
  struct Pattern: Sendable {
    var segments: [String]
    var routes: [Route]

    /// As the routes write it: `/api/orders/:id`.
    var name: String { routes.first?.path ?? "" }

    /// The values of the parts that have names, where the path is of this pattern.
    func match(_ path: [String]) -> [String: String]? {
      guard path.count == segments.count else { return nil }
      var values: [String: String] = [:]
      for (part, segment) in zip(path, segments) {
        if segment.hasPrefix(":") {
          guard !part.isEmpty else { return nil }
          values[String(segment.dropFirst())] = part
        } else if part != segment {
          return nil
        }
      }
      return values
    }

    func route(_ method: HTTPRequest.Method) -> Route? {
      routes.first { $0.method == (method == .head ? .get : method) }
    }

    /// The value of `Allow`.
    var allowed: String {
      var methods = routes.map(\.method.rawValue)
      if methods.contains("GET") { methods.append("HEAD") }
      return (methods + ["OPTIONS"]).joined(separator: ", ")
    }
  }

  init(_ routes: [Route]) {
    self.routes = routes
    var patterns: [Pattern] = []
    for route in routes {
      if let place = patterns.firstIndex(where: { $0.segments == route.segments }) {
        patterns[place].routes.append(route)
      } else {
        patterns.append(Pattern(segments: route.segments, routes: [route]))
      }
    }
    self.patterns = patterns
  }

  /// A pattern that says more of the path in letters goes before one that says it by names.
  func find(_ path: [String]) -> (pattern: Pattern, values: [String: String])? {
    var best: (pattern: Pattern, values: [String: String])?
    for pattern in patterns {
      guard let values = pattern.match(path) else { continue }
      if best.map({ values.count < $0.values.count }) ?? true { best = (pattern, values) }
    }
    return best
  }
}

extension RouteTable {
  /// Every route of a node.
  static let all = RouteTable(
    nodeRoutes + messageRoutes + accountRoutes
      + sessionRoutes + rehearsalRoutes + marketRoutes + bondRoutes + institutionRoutes
      + courtRoutes + logRoutes
      + blobRoutes + faucetRoutes + ethereumRoutes + paymentRoutes)
}
