// The look in numbers: every pair of text and ground has contrast enough, in both schemes.

import Foundation
import Testing

@testable import Explorer

@Suite struct LookTests {
  /// The colours of a scheme by their roles, as the style sheet has them.
  static func colours(dark: Bool) -> [String: UInt32] {
    // What stands before the first block is empty, and is dropped all the same.
    let blocks = Style.text.components(separatedBy: ":root{").dropFirst().map {
      $0.prefix { $0 != "}" }
    }
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
      return pow((value + 0.055) / 1.055, 2.4)
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

  /// The table of docs/concepts/looks.md, computed again.
  @Test func theDocumentedContrastIsTrue() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(
      contentsOf: root.appending(path: "docs/concepts/looks.md"), encoding: .utf8)
    let schemes = [LookTests.colours(dark: false), LookTests.colours(dark: true)]
    var rows = 0
    for line in page.split(separator: "\n") {
      let cells = line.split(separator: "|").map { $0.filter { $0 != " " && $0 != "`" } }
      guard cells.count == 4, let colour = schemes[0][cells[0]], let ground = schemes[0][cells[1]]
      else { continue }
      rows += 1
      let contrasts = [
        LookTests.contrast(colour, ground),
        LookTests.contrast(
          try #require(schemes[1][cells[0]]), try #require(schemes[1][cells[1]])),
      ]
      for (said, real) in zip(cells.dropFirst(2), contrasts) {
        let tenths = Int(real * 10)
        #expect(said == "\(tenths / 10).\(tenths % 10)", "\(line)")
      }
    }
    let known = LookTests.pairs.reduce(0) { $0 + $1.grounds.count }
    #expect(rows == known + 2)
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
