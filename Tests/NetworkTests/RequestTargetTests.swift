// Paths and queries as they arrive: decoded once, and refused where they play games.

import Archive
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct RequestTargetTests {
  @Test func partsAreDecodedOnce() throws {
    let target = try RequestTarget("/api/orders/order%5Fabc?account=0x%31&name=a+b&flag")
    #expect(target.segments == ["api", "orders", "order_abc"])
    #expect(target.parameters.map(\.name) == ["account", "name", "flag"])
    #expect(target.parameters.map(\.value) == ["0x1", "a b", ""])
    #expect(try RequestTarget("/a%2525").segments == ["a%25"])
    #expect(try RequestTarget("http://other.example:80/api?x=1").segments == ["api"])
    #expect(try RequestTarget("/").segments.isEmpty)
    #expect(try RequestTarget("/api/").segments == ["api", ""])
  }

  @Test(arguments: [
    "api", "*", "", "/..", "/api/../health", "/api/%2e%2e/health", "/api/%2E%2e%2Fhealth",
    "/api/a%2fb", "/api/a%5cb", "/api/%00", "/api/%0a", "/api/a%", "/api/a%g0", "/api/%ff",
    "/api/%c0%ae", "/api/é", "/api/%e2%80%ae", "/api/%e2%80%8b", "/api?%e2%80%8b=x",
    "/api?%00=x", "/api#part", "/api?x=%ed%a0%80", "/api?%f0%9f", "/a b",
  ])
  func gamesAreRefused(text: String) {
    #expect { try RequestTarget(text) } throws: { ($0 as? Problem)?.status == 400 }
  }

  @Test func longTargetsAndManyParametersAreRefused() {
    let long = "/" + String(repeating: "a", count: RequestTarget.limit)
    #expect { try RequestTarget(long) } throws: { ($0 as? Problem)?.status == 414 }
    let many = "/?" + String(repeating: "a&", count: RequestTarget.mostParameters + 1)
    #expect { try RequestTarget(many) } throws: { ($0 as? Problem)?.status == 400 }
  }

  @Test func parametersAreJudgedByTheirForm() {
    let nobody = "0x" + String(repeating: "ab", count: 20)
    let good: [(Parameter.Form, String)] = [
      (.number(1...5), "5"), (.address, nobody), (.hash, "\(Bytes32.zero)"), (.name, "aB9"),
      (.choice(["a", "b"]), "b"), (.feedPlace, "7.2"), (.id("order"), "order_abc"),
      (.id("order"), "0x1234"), (.anyID(["run", "lease"]), "lease_abc"),
      (.cursor, PageCursor.example), (.words(3), "a\u{200b}\u{0}"),
    ]
    for (form, text) in good {
      #expect(throws: Never.self) { try Parameter.query("p", form, "").check(text) }
    }
    let bad: [(Parameter.Form, String)] = [
      (.number(1...5), "6"), (.number(1...5), "0"), (.number(0...5), "+1"), (.number(0...5), " 1"),
      (.number(0...5), "-0"), (.number(0...5), "１"),
      (.number(0...UInt64.max), "18446744073709551616"),
      (.number(0...5), ""), (.address, nobody + "0"), (.address, "0xAb" + nobody.dropFirst(4)),
      (.hash, "0x00"), (.name, "a b"), (.name, ""), (.choice(["a"]), "A"), (.feedPlace, "7.2.1"),
      (.feedPlace, "+7"), (.words(3), "abcd"), (.id("order"), "a\u{202e}b_abc"),
      (.id("order"), "offer_abc"), (.id("order"), "order_a"), (.anyID(["run"]), "order_abc"),
      (.cursor, "zz"), (.cursor, ""), (.name, String(repeating: "a", count: 65)),
    ]
    for (form, text) in bad {
      #expect { try Parameter.query("p", form, "").check(text) } throws: {
        ($0 as? Problem)?.status == 400
      }
    }
  }

  @Test func acceptIsReadAsItIsMeant() {
    let json = ["application/json"]
    for field in [
      "*/*", "application/*", "application/json; q=0.5", "text/html, */*;q=0.1", "", ",",
    ] {
      #expect(MediaTypes.accepts(field, json), "\(field)")
    }
    for field in ["text/html", "application/json;q=0", "application/json; q=0.000", "text/*"] {
      #expect(!MediaTypes.accepts(field, json), "\(field)")
    }
    #expect(MediaTypes.name("Application/JSON; charset=utf-8") == "application/json")
  }
}
