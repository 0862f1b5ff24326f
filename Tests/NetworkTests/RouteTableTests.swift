// The declarations: one path, one meaning; the document says what the server does.

import Kernel
import Market
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct RouteTableTests {
  let table = RouteTable.all
  let document = OpenAPI.document(of: RouteTable.all, facts: FakeNode().services.facts)

  @Test func everyRouteIsFoundByItsPathAndNoOther() throws {
    var operations: Set<String> = []
    for route in table.routes {
      let path = route.segments.map { $0.hasPrefix(":") ? "x" : $0 }
      let found = try #require(table.find(path))
      #expect(found.pattern.route(route.method)?.path == route.path)
      #expect(operations.insert(route.operation).inserted, "\(route.operation)")
      #expect(!route.summary.isEmpty && route.summary.hasSuffix("."))
      #expect(!route.answers.isEmpty)
      let names = route.segments.filter { $0.hasPrefix(":") }.map { String($0.dropFirst()) }
      #expect(names == route.parameters.filter { $0.place == .path }.map(\.name))
    }
    for path in [
      ["api", "nothing"], ["api", "orders", ""], ["orders"], ["api", "orders", "x", "y"],
    ] {
      #expect(table.find(path) == nil)
    }
  }

  @Test func aWordGoesBeforeAName() throws {
    let table = RouteTable([
      .get("/a/:id", .node, "One.", .never, [.path("id", .name, "")], gives: .json("", .flag)) {
        _, _ in throw Problem.broken
      },
      .get("/a/b", .node, "Two.", .never, gives: .json("", .flag)) { _, _ in throw Problem.broken },
    ])
    #expect(table.find(["a", "b"])?.pattern.segments == ["a", "b"])
    #expect(table.find(["a", "c"])?.values == ["id": "c"])
  }

  @Test func theDocumentNamesEveryRouteWithWhatItGives() throws {
    #expect(document["openapi"]?.string == "3.1.0")
    for route in table.routes {
      let operation = document["paths"]?[route.template]?[route.method.rawValue.lowercased()]
      #expect(operation?["operationId"]?.string == route.operation)
      #expect(operation?["parameters"]?.array?.count ?? 0 == route.parameters.count)
      for answer in route.answers {
        let content = operation?["responses"]?["\(answer.status)"]?["content"]
        #expect(content?[answer.type] != nil, "\(route.path) \(answer.status)")
      }
      for problem in route.allProblems {
        let content = operation?["responses"]?["\(problem.status)"]?["content"]
        let example = content?[Problem.mediaType]?["examples"]?[problem.code]?["value"]
        #expect(example?["code"]?.string == problem.code, "\(route.path) \(problem.code)")
      }
    }
  }

  @Test func everyReferenceOfTheDocumentLeadsSomewhere() {
    var names: [String] = []
    func walk(_ json: JSONValue) {
      for member in json.members ?? [] {
        if member.name == "$ref", let name = member.value.string { names.append(name) }
        walk(member.value)
      }
      for item in json.array ?? [] { walk(item) }
    }
    walk(document)
    #expect(names.count > 100)
    for name in Set(names) {
      let last = name.split(separator: "/").last.map(String.init) ?? ""
      #expect(document["components"]?["schemas"]?[last] != nil, "\(name)")
    }
  }

  @Test func examplesFitTheirSchemas() {
    let reader = SchemaReader(document: document)
    for path in document["paths"]?.members ?? [] {
      for operation in path.value.members ?? [] {
        for response in operation.value["responses"]?.members ?? [] {
          for media in response.value["content"]?.members ?? [] {
            guard let schema = media.value["schema"] else { continue }
            let named = (media.value["examples"]?.members ?? []).compactMap { $0.value["value"] }
            for example in named + [media.value["example"]].compactMap({ $0 }) {
              let faults = reader.faults(example, schema)
              #expect(faults.isEmpty, "\(path.name) \(response.name): \(faults)")
            }
          }
        }
      }
    }
  }

  @Test func structsOfOneNameAreOneStruct() {
    var book = SchemaBook()
    for route in table.routes {
      for answer in route.answers { _ = book.json(answer.schema) }
      for body in route.body?.types ?? [] { _ = book.json(body.schema) }
    }
    #expect(book.clashes.isEmpty)
    #expect(book.components.contains { $0.name == "Order" })
    let two = Schema.object([.must("a", .row(Order.self)), .must("b", .named("Order", .flag))])
    _ = book.json(two)
    #expect(book.clashes.isEmpty, "a name that is there already keeps its shape")
  }

  /// A field list is the schema: what the reader of JSON demands, the schema demands.
  @Test func rowsHaveTheSchemaOfTheirFields() throws {
    let reader = SchemaReader(document: document)
    let schema: JSONValue = ["$ref": "#/components/schemas/Lease"]
    var lease = Lease()
    lease.seats = [Seat()]
    #expect(reader.faults(lease.json, schema).isEmpty)
    let members = try #require(lease.json.members)
    #expect(!reader.faults(.object(Array(members.dropLast())), schema).isEmpty)
    let more = members + [JSONValue.Member(name: "more", value: 1)]
    #expect(!reader.faults(.object(more), schema).isEmpty)
  }
}
