// The API as an OpenAPI 3.1 document, made from the declarations that the server answers by.

public import Primitives

enum OpenAPI {
  static let version = "3.1.0"

  static func document(of table: RouteTable, facts: NodeFacts) -> JSONValue {
    var book = SchemaBook()
    let paths = paths(of: table, facts: facts, &book)
    return [
      "openapi": .string(version),
      "info": [
        "title": "Tolsey",
        "version": .string(facts.version),
        "summary": "The market house with a court in it: the HTTP API of a node.",
        "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
      ],
      "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
      "tags": .array(Route.Tag.allCases.map { ["name": .string($0.rawValue)] }),
      "paths": paths,
      "components": [
        "schemas": .object(book.components),
        "securitySchemes": [
          "signature": [
            "type": "apiKey", "in": "header", "name": "Authorization",
            "description": .string(signing),
          ]
        ],
      ],
    ]
  }

  private static let signing =
    "Tolsey <address>:<unix ms>:<signature>, the signature over SHA-256(\"tolsey/http/1\", "
    + "network, time, SHA-256 of the body, method, space, path and query)"

  private static func paths(
    of table: RouteTable, facts: NodeFacts, _ book: inout SchemaBook
  ) -> JSONValue {
    var paths: [JSONValue.Member] = []
    for route in table.routes {
      let operation = JSONValue.Member(
        name: route.method.rawValue.lowercased(), value: operation(route, facts, &book))
      if let place = paths.firstIndex(where: { $0.name == route.template }) {
        paths[place].value = .object((paths[place].value.members ?? []) + [operation])
      } else {
        paths.append(.init(name: route.template, value: .object([operation])))
      }
    }
    return .object(paths)
  }

  private static func operation(
    _ route: Route, _ facts: NodeFacts, _ book: inout SchemaBook
  ) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init(name: "operationId", value: .string(route.operation)),
      .init(name: "tags", value: [.string(route.tag.rawValue)]),
      .init(name: "summary", value: .string(route.summary)),
    ]
    if !route.parameters.isEmpty {
      members.append(
        .init(
          name: "parameters", value: .array(route.parameters.map { parameter($0, &book) })))
    }
    if let body = route.body {
      members.append(.init(name: "requestBody", value: self.body(body, facts, &book)))
    }
    if route.isSigned { members.append(.init(name: "security", value: [["signature": []]])) }
    members.append(.init(name: "responses", value: responses(route, &book)))
    return .object(members)
  }

  private static func parameter(_ parameter: Parameter, _ book: inout SchemaBook) -> JSONValue {
    var schema = book.json(parameter.schema)
    var members: [JSONValue.Member] = [
      .init(name: "name", value: .string(parameter.name)),
      .init(name: "in", value: .string(parameter.place.rawValue)),
      .init(name: "description", value: .string(parameter.about)),
    ]
    if parameter.isRequired { members.append(.init(name: "required", value: true)) }
    if parameter.isRepeated {
      schema = ["type": "array", "items": schema, "maxItems": 16]
      members.append(.init(name: "style", value: "form"))
      members.append(.init(name: "explode", value: true))
    }
    members.append(.init(name: "schema", value: schema))
    if let example = parameter.shownExample {
      members.append(
        .init(name: "example", value: parameter.isRepeated ? .array([example]) : example))
    }
    return .object(members)
  }

  private static func body(
    _ body: RouteBody, _ facts: NodeFacts, _ book: inout SchemaBook
  ) -> JSONValue {
    let content = body.types.map { type, schema in
      JSONValue.Member(name: type, value: media(schema, &book))
    }
    return [
      "description": .string("at most \(body.limit(under: facts)) bytes"), "required": true,
      "content": .object(content),
    ]
  }

  private static func media(_ schema: Schema, _ book: inout SchemaBook) -> JSONValue {
    if case .bytes = schema { return ["schema": book.json(schema)] }
    return ["schema": book.json(schema), "example": schema.example]
  }

  private static func responses(_ route: Route, _ book: inout SchemaBook) -> JSONValue {
    var members = route.answers.map { answer in
      JSONValue.Member(
        name: String(answer.status),
        value: [
          "description": .string(answer.about),
          "content": .object([.init(name: answer.type, value: media(answer.schema, &book))]),
        ])
    }
    if route.freshness != .never || route.isSigned, route.method == .get {
      members.append(
        .init(name: "304", value: ["description": "the answer has the tag of If-None-Match"]))
    }
    var statuses: [Int] = []
    for problem in route.allProblems where !statuses.contains(problem.status) {
      statuses.append(problem.status)
    }
    for status in statuses.sorted() {
      members.append(
        .init(
          name: String(status),
          value: problems(route.allProblems.filter { $0.status == status }, &book)))
    }
    return .object(members)
  }

  /// All problems of one status, an example each.
  private static func problems(_ list: [Problem], _ book: inout SchemaBook) -> JSONValue {
    var seen: [String] = []
    var examples: [JSONValue.Member] = []
    for problem in list where !seen.contains(problem.code) {
      seen.append(problem.code)
      examples.append(.init(name: problem.code, value: ["value": problem.json]))
    }
    return [
      "description": .string(seen.joined(separator: ", ")),
      "content": .object([
        .init(
          name: Problem.mediaType,
          value: ["schema": book.json(.problem), "examples": .object(examples)])
      ]),
    ]
  }
}

extension Parameter {
  /// An example for readers; none where none is known to mean anything.
  var shownExample: JSONValue? {
    if let example {
      if case .number = form { return UInt64(example).map { .unsigned($0) } }
      return .string(example)
    }
    switch form {
    case .cursor: return nil
    default: return place == .query ? nil : schema.example
    }
  }
}

extension Route {
  /// `/api/orders/{id}`
  var template: String {
    "/" + segments.map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : $0 }.joined(separator: "/")
  }

  /// Its own problems, and those that follow from what it reads.
  var allProblems: [Problem] {
    var list = problems
    if !parameters.isEmpty || body != nil {
      list.append(.malformed(parameters.first?.name ?? "the body", hint: "see its form"))
    }
    list.append(
      Problem(400, "unknownParameter", "this route knows no such parameter"))
    if parameters.contains(where: { $0.name == "at-least" }) {
      list.append(.notYet(9, height: 7))
    }
    if isSigned { list.append(RequestSignature.missing) }
    if body != nil {
      list += [.tooSlow, .tooLarge(limit: 4096), .wrongType("text/plain", wants: "another")]
    }
    list += [
      .notAcceptable(answerTypes),
      Problem(414, "targetTooLong", "path and query are longer than 8192 bytes"),
      .slowDown(1), .broken,
    ]
    return list
  }
}

extension Schema {
  /// An OpenAPI document, of which nothing more is said here.
  static let document = Schema.named("Document", .anyObject)
}

extension NodeServices {
  /// The API that a server over these services answers, as an OpenAPI 3.1 document.
  public var apiDocument: JSONValue { OpenAPI.document(of: RouteTable.all, facts: facts) }
}
