// The reference page of the API, made from the declarations that the server answers by.

import Primitives

/// Every route with what it takes and gives, in Markdown.
public enum RoutesPage {
  public static var text: String {
    var lines = intro
    for tag in Route.Tag.allCases {
      let routes = RouteTable.all.routes.filter { $0.tag == tag }
      if routes.isEmpty { continue }
      lines += ["## \(title(tag))", ""]
      for route in routes { lines += section(route) }
    }
    return lines.joined(separator: "\n")
  }

  private static let intro = [
    "# HTTP API", "", "Made from the program by `make docs`; do not edit it by hand.", "",
    "`tolsey up` listens on `http://127.0.0.1:7465`. How to send messages, follow the feed, page",
    "through lists and sign requests: [Use the API](../howto/use-the-api.md). The same as an",
    "OpenAPI 3.1 document, with a schema and an example of every answer:",
    "`GET /api/openapi.json`.", "",
    "Any route may also answer 404 `noSuchRoute`, 405 `methodNotAllowed` with `Allow`, 406, 414,",
    "429 with `Retry-After`, and 500 `internal`. Every `GET` does `HEAD` too.", "",
  ]

  private static func title(_ tag: Route.Tag) -> String {
    switch tag {
    case .node: "The node"
    case .messages: "Messages"
    case .accounts: "Accounts"
    case .market: "The market"
    case .court: "The court"
    case .log: "The log"
    case .blobs: "Blobs"
    case .money: "Test money"
    case .ethereum: "Ethereum's software"
    }
  }

  private static func section(_ route: Route) -> [String] {
    var lines = [
      "### \(route.method.rawValue) \(route.path)", "",
      ([route.summary] + (route.isSigned ? ["Signed."] : []) + tags(route))
        .joined(separator: " "), "",
    ]
    if let body = route.body {
      let types = body.typeNames.map { "`\($0)`" }.joined(separator: " or ")
      lines += ["Body: \(types), at most \(limit(body)).", ""]
    }
    if !route.parameters.isEmpty {
      lines += ["| parameter | form | meaning |", "|---|---|---|"]
      for parameter in route.parameters { lines.append(row(parameter)) }
      lines.append("")
    }
    lines += ["| status | answer |", "|---:|---|"]
    for answer in route.answers {
      lines.append("| \(answer.status) | \(cell(answer.about)) (`\(answer.type)`) |")
    }
    return lines + problems(route) + [""]
  }

  private static func tags(_ route: Route) -> [String] {
    switch route.freshness {
    case .byHeight: ["Its tag changes with the height."]
    case .settled: ["Its tag stays."]
    case .byContent: ["Its tag is that of its bytes."]
    case .never: []
    }
  }

  private static func limit(_ body: RouteBody) -> String {
    switch body.limit {
    case .bytes(let count): "\(count) bytes"
    case .messages(1): "the network's `maxMessage`"
    case .messages(let count): "\(count) times the network's `maxMessage`"
    case .blob: "the blob limit that `/api/status` names"
    }
  }

  private static func row(_ parameter: Parameter) -> String {
    var name = "`\(parameter.name)`"
    if parameter.place != .query { name += " (\(parameter.place.rawValue))" }
    var about = parameter.about
    if parameter.isRequired, parameter.place == .query { about += "; required" }
    if parameter.isRepeated { about += "; several with commas" }
    return "| \(name) | \(cell(parameter.words)) | \(cell(about)) |"
  }

  /// The problems of the route's own, one line a status.
  private static func problems(_ route: Route) -> [String] {
    let common = [406, 414, 429, 500]
    var statuses: [Int] = []
    let own = route.allProblems.filter { problem in
      !common.contains(problem.status) || route.problems.contains(problem)
    }
    for problem in own where !statuses.contains(problem.status) { statuses.append(problem.status) }
    return statuses.sorted().map { status in
      var codes: [String] = []
      for problem in own where problem.status == status && !codes.contains("`\(problem.code)`") {
        codes.append("`\(problem.code)`")
      }
      return "| \(status) | \(codes.joined(separator: ", ")) |"
    }
  }

  private static func cell(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("<", with: "&lt;")
  }
}
