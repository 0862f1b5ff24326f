// URLs of nodes, taken apart, and problems as JSON.

import NetworkRoom
import Primitives
import Testing

@Suite struct NodeAddressTests {
  @Test func urlsAreTakenApart() throws {
    let cases = [
      ("http://127.0.0.1:80/", "127.0.0.1", 80), ("localhost:7000", "localhost", 7000),
      ("http://node.example", "node.example", NodeAddress.standardPort),
      ("http://[::1]:9", "::1", 9),
    ]
    for (text, host, port) in cases {
      let node = try #require(NodeAddress(text))
      #expect(node.host == host && node.port == port)
      #expect(NodeAddress(node.description) == node)
    }
  }

  @Test(arguments: [
    "", "https://a", "http://", "http://a:0", "http://a:65536", "http://a:x", "a:", "a/b",
    "user@a", "http://[::1",
  ])
  func otherTextsAreNoNodes(text: String) { #expect(NodeAddress(text) == nil) }

  @Test func aProblemComesBackFromItsJSON() throws {
    let problem = Problem(
      409, "ambiguous", "two begin so", hint: "type more", numbers: [Number("count", 2)],
      candidates: ["order_a", "order_b"])
    let read = try #require(Problem(json: try JSONValue(parsing: problem.json.text)))
    #expect(read == problem)
    #expect(Problem(json: ["ok": true]) == nil)
    #expect(Problem.stopping.isTemporary && !problem.isTemporary)
  }
}
