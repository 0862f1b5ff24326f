// The rules about closed lists: what is missing from the page is found, and what is too much.

import Testing

@Suite struct ListRuleTests {
  private let list = ClosedList(name: "Colour", path: "Sources/Paint/Colour.swift")
  private let files = [
    SourceText(
      path: "Sources/Paint/Colour.swift",
      text: """
        // Colours.
        enum Colour {
          case red
          case blue
          var isWarm: Bool {
            switch self {
            case .red: true
            case .blue: false
            }
          }
          enum Shade { case dark }
        }
        enum Other { case green }
        """),
    SourceText(path: "Sources/Paint/Mixer.swift", text: "switch c { case .blue, .red: 1 }"),
    SourceText(path: "Sources/Paint/Half.swift", text: "if c == .blue { \"a .red\" } // .red"),
  ]

  private func found(_ row: String) -> [String] {
    Rules.listed(list, files, in: "# A\n\n\(row)\n", at: "docs/a.md").map(\.what)
  }

  @Test func readsTheCases() {
    #expect(Rules.cases(of: "Colour", in: files[0].tokens) == ["red", "blue"])
    #expect(Rules.cases(of: "Other", in: files[0].tokens) == ["green"])
    #expect(Rules.cases(of: "None", in: files[0].tokens) == [])
  }

  @Test func thePageNamesAllAndNoOther() {
    #expect(found("| `Colour` | `Paint/Colour.swift`, `Paint/Mixer.swift` |") == [])
    #expect(
      found("| `Colour` | `Paint/Colour.swift`, `Paint/Half.swift` |") == [
        "Sources/Paint/Mixer.swift switches over Colour",
        "Sources/Paint/Half.swift does not switch over Colour",
      ])
    #expect(found("| Colour |") == ["no row for Colour"])
  }

  @Test func checksAreNoNames() {
    func lines(_ text: String, at path: String = "Sources/Paint/A.swift") -> [Int] {
      Rules.checksByName(SourceText(path: path, text: text)).map(\.line)
    }
    #expect(lines("switch a {\ncase OpenCheck.name: 1\n}") == [2])
    #expect(lines("switch a {\ncase .open: OpenCheck.name\n}") == [])
    #expect(lines("case OpenCheck.name: 1", at: "Tests/A.swift") == [])
  }
}
