// The look in numbers: every pair of text and ground has contrast enough, in both schemes.

import Testing

@testable import Explorer

@Suite struct LookTests {
  /// The colours of a scheme by their roles, as the style sheet has them.
  static func colours(dark: Bool) -> [String: UInt32] {
    let blocks = Style.text.split(separator: ":root{").dropFirst().map { $0.prefix { $0 != "}" } }
    var colours: [String: UInt32] = [:]
    for block in dark ? blocks.prefix(2) : blocks.prefix(1) {
      for entry in block.split(separator: ";") {
        let parts = entry.split(separator: ":")
        guard parts.count == 2, let hash = parts[1].firstIndex(of: "#") else { continue }
        var digits = String(parts[1][parts[1].index(after: hash)...].filter(\.isHexDigit))
        if digits.count == 3 { digits = digits.map { "\($0)\($0)" }.joined() }
        let name = parts[0].filter { $0 != "\n" && $0 != "-" && $0 != " " }
        colours[name] = UInt32(digits, radix: 16)
      }
    }
    return colours
  }

  /// Relative luminance (WCAG 2.2).
  private static func luminance(_ colour: UInt32) -> Double {
    func part(_ shift: UInt32) -> Double {
      let value = Double(colour >> shift & 255) / 255
      if value <= 0.04045 { return value / 12.92 }
      // x^2.4 as e^(2.4 ln x) by repeated roots would need Foundation: x² · x^0.4 by Newton.
      let base = (value + 0.055) / 1.055
      var root = base
      for _ in 0..<60 {
        root -= (root * root * root * root * root - base * base) / (5 * root * root * root * root)
      }
      return base * base * root
    }
    return 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
  }

  static func contrast(_ l: UInt32, _ r: UInt32) -> Double {
    let (a, b) = (luminance(l), luminance(r))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  /// What is written on what.
  static let pairs: [(text: String, grounds: [String])] = [
    ("ink", ["ground", "sheet", "tint", "waittint"]),
    ("soft", ["ground", "sheet", "tint", "waittint"]),
    ("teal", ["ground", "sheet", "tint", "waittint"]),
    ("brass", ["ground", "sheet", "tint", "waittint"]),
    ("good", ["goodtint", "sheet", "ground"]), ("bad", ["badtint", "sheet", "ground", "tint"]),
    ("wait", ["waittint", "sheet"]), ("sheet", ["teal"]),
  ]

  @Test(arguments: [false, true])
  func textCanBeRead(_ dark: Bool) throws {
    let colours = LookTests.colours(dark: dark)
    #expect(colours.count >= 15)
    for (text, grounds) in LookTests.pairs {
      for ground in grounds {
        let pair = (try #require(colours[text]), try #require(colours[ground]))
        #expect(LookTests.contrast(pair.0, pair.1) >= 4.5, "\(text) on \(ground)")
      }
    }
  }

  /// Lines and edges of inputs and stops (WCAG 2.2, 1.4.11).
  @Test(arguments: [false, true])
  func edgesCanBeSeen(_ dark: Bool) throws {
    let colours = LookTests.colours(dark: dark)
    for ground in ["ground", "sheet"] {
      let pair = (try #require(colours["edge"]), try #require(colours[ground]))
      #expect(LookTests.contrast(pair.0, pair.1) >= 3, "edge on \(ground)")
    }
  }

  @Test func contrastIsThatOfTheStandard() {
    #expect(LookTests.contrast(0, 0xff_ffff) == 21)
    // The lightest grey that is read on white.
    #expect(abs(LookTests.contrast(0x76_7676, 0xff_ffff) - 4.54) < 0.01)
  }

  @Test func nothingLoadsFromElsewhere() {
    for text in [Style.text, Script.text, Icon.text] {
      #expect(!text.replacing("http://www.w3.org/2000/svg", with: "").contains("://"))
      #expect(!text.contains("@import") && !text.contains("url("))
    }
  }
}
