// JSON: the grammar, its limits, and the two visitors between it and field lists.

import Primitives
import Testing

@Suite struct JSONTests {
  @Test(arguments: [
    "null", "true", "false", "0", "1", "-1", "18446744073709551615", "-9223372036854775808",
    "18446744073709551616", "0.25", "-0", "-0.0", "1e5", "1E-5", "1.5e+300", "\"\"", "\"a\\\"b\"",
    "[]", "{}", "[1,[2,[3]]]", "{\"b\":1,\"a\":{\"c\":[]}}", "\"日本🦉\"", "\"\\u0000\\u001f\\u007f\"",
  ])
  func textComesBack(text: String) throws {
    let value = try JSONValue(parsing: text)
    #expect(value.text == text)
    #expect(try JSONValue(parsing: value.prettyText) == value)
  }

  @Test(arguments: [
    "", " ", "nul", "nulll", "True", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "NaN",
    "Infinity",
    "--1", "1 2", "\"", "\"a", "'a'", "\"\\x\"", "\"\\u12\"", "\"\\u123g\"", "\"\\ud800\"",
    "\"\\ud800x\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\udc00\\ud800\"", "\"\n\"", "\"\t\"",
    "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "]", "{", "{\"a\"", "{\"a\":", "{\"a\":1",
    "{\"a\":1,",
    "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "/* */ 1", "1 // one",
    "\u{feff}1",
    "\u{a0}1", "[1]]", "{}{}", "\u{0}",
  ])
  func refusesWhatIsNoJSON(text: String) {
    #expect(code { try JSONValue(parsing: text) } == "malformed")
  }

  @Test func refusesBadUTF8() {
    for bad: [UInt8] in [
      [0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80],
    ] {
      #expect(code { try JSONValue(parsing: [0x22] + bad + [0x22]) } == "malformed")
    }
  }

  @Test func readsEscapes() throws {
    let text = #""\"\\\/\b\f\n\r\t\u00e9\uD83E\udd89""#
    #expect(try JSONValue(parsing: text) == .string("\"\\/\u{8}\u{c}\n\r\té🦉"))
    #expect(JSONValue.string("\u{2028}\u{2029}\u{1}").text == #""\u2028\u2029\u0001""#)
  }

  @Test func refusesDuplicateNames() {
    #expect(code { try JSONValue(parsing: #"{"a":1,"a":1}"#) } == "duplicateField")
    #expect(code { try JSONValue(parsing: #"{"a":1,"\u0061":1}"#) } == "duplicateField")
    // Composed and decomposed are two names.
    #expect((try? JSONValue(parsing: "{\"\u{eb}\":1,\"e\u{308}\":1}")) != nil)
  }

  /// Few names are compared one by one, many by their hash: the same are found.
  @Test func aNameThatIsThereTwiceIsFoundAmongMany() throws {
    for count in [1, 2, 15, 16, 17, 18, 40] {
      let names = (0..<count).map { "\"n\($0)\":\($0)" }
      let object = try JSONValue(parsing: "{" + names.joined(separator: ",") + "}")
      #expect(object.members?.count == count)
      for place in [0, count / 2, count - 1] {
        let text = "{" + (names + [names[place]]).joined(separator: ",") + "}"
        #expect(code { try JSONValue(parsing: text) } == "duplicateField")
      }
    }
    // Texts that look alike are two names, and so are names of one length.
    #expect(try JSONValue(parsing: "{\"\u{e9}\":1,\"e\u{301}\":2}").members?.count == 2)
  }

  /// Text that needs no escape is copied, any other goes letter by letter: both come back.
  @Test func everyLetterComesBack() throws {
    for scalar in (0..<0x3000 as Range<UInt32>).compactMap({ Unicode.Scalar($0) }) {
      let text = "a\(Character(scalar))b"
      let written = JSONValue.string(text).bytes
      let isEscaped =
        scalar.value < 0x20 || [0x22, 0x5c, 0x7f, 0x2028, 0x2029].contains(scalar.value)
      #expect(written.contains(UInt8(ascii: "\\")) == isEscaped)
      #expect(try JSONValue(parsing: written).string?.utf8.elementsEqual(text.utf8) == true)
    }
    for bytes: [UInt8] in [[0xc3], [0xe2, 0x80], [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80]] {
      let quoted = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
      #expect(code { try JSONValue(parsing: quoted) } == "malformed")
    }
    #expect(code { try JSONValue(parsing: "\"a") } == "malformed")
    #expect(code { try JSONValue(parsing: "\"a\n\"") } == "malformed")
  }

  @Test func limitsDepthAndSize() {
    func nested(_ depth: Int) -> [UInt8] {
      [UInt8](repeating: UInt8(ascii: "["), count: depth)
        + [UInt8](repeating: UInt8(ascii: "]"), count: depth)
    }
    #expect((try? JSONValue(parsing: nested(64))) != nil)
    #expect(code { try JSONValue(parsing: nested(65)) } == "malformed")
    #expect(code { try JSONValue(parsing: nested(1_000_000)) } == "malformed")
    #expect(code { try JSONValue(parsing: nested(5), limit: 9) } == "tooLong")
    // Depth is how deep, not how many.
    #expect((try? JSONValue(parsing: "[[],[[]],[],[[[]]]]".utf8.map { $0 }, depth: 4)) != nil)
  }

  @Test func numbersStayExact() throws {
    #expect(try JSONValue(parsing: "9007199254740993").uint64 == 9_007_199_254_740_993)
    #expect(try JSONValue(parsing: "-5").int64 == -5)
    #expect(try JSONValue(parsing: "-5").uint64 == nil)
    #expect(try JSONValue(parsing: "5.0").uint64 == nil)
    #expect(JSONValue.integer(5) == .unsigned(5))
    #expect(JSONValue.integer(-1) != .unsigned(.max))
    #expect(JSONValue.unsigned(.max).int64 == nil)
    let value: JSONValue = ["a": 1, "b": [true, "x"], "c": ["d": 2]]
    #expect(value.text == #"{"a":1,"b":[true,"x"],"c":{"d":2}}"#)
    #expect(value["c"]?["d"]?.uint64 == 2)
    #expect(value["b"]?[1]?.string == "x")
    #expect(value["b"]?[2] == nil)
    #expect(
      value.prettyText == """
        {
          "a": 1,
          "b": [
            true,
            "x"
          ],
          "c": {
            "d": 2
          }
        }
        """)
  }
}

@Suite struct FieldJSONTests {
  @Test func valuesComeBack() throws {
    let leaves = CBORMutationTests.leaves()
    let lists = CBORMutationTests.lists()
    #expect(try Leaves(json: JSONValue(parsing: leaves.json.text)) == leaves)
    #expect(try Lists(json: JSONValue(parsing: lists.json.prettyText)) == lists)
    #expect(leaves.json["large"] == .unsigned(1 << 40))
    #expect(leaves.json["huge"] == .string(UInt256.max.description))
    #expect(leaves.json["data"] == "0x000102ff")
    #expect(Rate(Amount(5), per: 7).json.text == #"{"amount":5,"per":7}"#)
  }

  @Test func readsFieldsInAnyOrder() throws {
    let rate = Rate(Amount(5), per: 7)
    #expect(try Rate(json: ["per": 7, "amount": "5"]) == rate)
  }

  @Test func namesWhatIsWrong() {
    let whole: JSONValue = ["amount": 5, "per": 7, "extra": 1]
    #expect(refusal { try Rate(json: whole) } == .unknownField("extra"))
    #expect(refusal { try Rate(json: ["amount": 5]) } == .missingField("per"))
    #expect(refusal { try Rate(json: ["Amount": 5, "per": 7]) } == .missingField("amount"))
    let doubled: JSONValue = ["amount": 5, "per": 7, "per": 8]
    #expect(refusal { try Rate(json: doubled) } == .duplicateField("per"))
    #expect(code { try Rate(json: [5, 7]) } == "badField")
    #expect(code { try Rate(json: .null) } == "badField")
  }

  @Test(arguments: [
    "-1", "1.0", "1e3", "\"-1\"", "\"01\"", "\" 1\"", "\"1.0\"", "\"0x1\"", "\"\"", "null", "true",
    "[1]",
    "18446744073709551616", "\"18446744073709551616\"",
  ])
  func refusesWhatIsNoUInt64(text: String) throws {
    let json: JSONValue = ["amount": try JSONValue(parsing: text), "per": 7]
    #expect(refusal { try Rate(json: json) } == .badField("amount", wants: "integer"))
  }

  @Test(arguments: [
    ("small", "256"), ("middle", "4294967296"), ("flag", "1"), ("flag", "\"true\""),
    ("word", "\"0x00\""), ("word", "0"), ("who", "\"0x1234\""), ("data", "\"0x0\""),
    ("data", "\"00\""), ("data", "\"0xzz\""), ("text", "5"), ("huge", "-1"), ("huge", "1.5"),
    ("huge", "\"115792089237316195423570985008687907853269984665640564039457584007913129639936\""),
  ])
  func refusesOtherKinds(name: String, text: String) throws {
    var members = Leaves().json.members ?? []
    let index = try #require(members.firstIndex { $0.name == name })
    members[index].value = try JSONValue(parsing: text)
    let found = refusal { try Leaves(json: .object(members)) }
    #expect(found?.code == "badField")
    #expect(found?.numbers.first?.name == name)
  }

  /// A name of one letter, which Swift could keep as a scalar instead of a text.
  @Test func namesMayBeOneLetter() throws {
    struct Point: Fielded, Equatable {
      static let typeName = "Point"
      var x: UInt64 = 1
      mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) { try v("x", &x) }
    }
    #expect(try Point(json: ["x": 5]) == Point(x: 5))
    #expect(Point().json.text == #"{"x":1}"#)
    #expect(EIP712.encodeType(Point.self) == "Point(uint64 x)")
  }

  @Test func cutsTheNamesOfStrangers() {
    let name = String(repeating: "é", count: 10_000)
    let json = JSONValue.object([
      .init(name: "amount", value: 5), .init(name: "per", value: 7), .init(name: name, value: 1),
    ])
    #expect((refusal { try Rate(json: json) }?.numbers.first?.name.utf8.count ?? 0) <= 66)
  }
}
