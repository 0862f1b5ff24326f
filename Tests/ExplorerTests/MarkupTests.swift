// What foreign text can do on a page: nothing.

import Chain
import Primitives
import Testing

@testable import Explorer

@Suite struct MarkupTests {
  @Test func valuesAreTextAndLiteralsAreMarkup() {
    let name = "<script>alert('x')</script> & \"co\""
    let piece: Markup = "<b title=\"\(name)\">\(name)</b>"
    let escaped = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;co&quot;"
    #expect(piece.text == "<b title=\"\(escaped)\">\(escaped)</b>")
  }

  @Test func piecesAreNotEscapedTwice() {
    let inner: Markup = "<i>\("a<b")</i>"
    let outer: Markup = "<p>\(inner)\([inner, inner])</p>"
    let one = "<i>a&lt;b</i>"
    #expect(outer.text == "<p>\(one)\(one)\(one)</p>")
  }

  @Test(arguments: ["\u{202E}", "\u{200B}", "\u{2066}", "\u{0}", "\u{7f}", "\u{FEFF}", "\u{2028}"])
  func whatIsNotSeenIsShown(_ scalar: String) {
    let piece: Markup = "\("a" + scalar + "b")"
    #expect(piece.text == "a\u{FFFD}b")
  }

  @Test func lettersOfAllScriptsStay() {
    let piece: Markup = "\("Größe 数字 عدد")"
    #expect(piece.text == "Größe 数字 عدد")
  }

  @Test func componentsOfPathsCannotLeaveThem() {
    #expect(Escape.component("../a?b=c&d#e ü") == "..%2Fa%3Fb%3Dc%26d%23e%20%C3%BC")
  }

  /// Eight letters are looked at together; what stands among them must not hide.
  @Test func noPlaceHidesASign() {
    for sign in UInt8(0)...0x7f {
      for place in 0..<17 {
        var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 17)
        bytes[place] = sign
        let scalar = Unicode.Scalar(sign)
        let shown: String =
          switch scalar {
          case "&": "&amp;"
          case "<": "&lt;"
          case ">": "&gt;"
          case "\"": "&quot;"
          case "'": "&#39;"
          case "\n", "\t", " "..."~": String(scalar)
          default: "\u{FFFD}"
          }
        let x = { String(repeating: "x", count: $0) }
        let piece: Markup = "\(String(decoding: bytes, as: UTF8.self))"
        #expect(piece.text == x(place) + shown + x(16 - place))
      }
    }
  }

  @Test func numbersAreWrittenAsTexts() {
    let numbers: [UInt64] = [
      0, 9, 10, 999, 1_000, 9_999, 10_000, 12_345, 100_001, 999_999, 1_000_000, 1_230_000,
      9_480_000, 12_345_678_901, 1_000_000_000_000, .max,
    ]
    for number in numbers {
      let written: Markup = "\(number) \(dollars: number) \(grouped: number)"
      let dollars = Formats.dollars(number)
      #expect(written.text == "\(number) \(dollars) \(Formats.grouped(number))")
      #expect(dollars.filter { $0 != "\u{A0}" } == Amount(number).dollars)
    }
    #expect(Formats.dollars(9_999_500_000) == "$9999.50")
    #expect(Formats.dollars(12_345_678_901) == "$12\u{A0}345.678901")
    #expect(Formats.dollars(1_000_000_000_000) == "$1\u{A0}000\u{A0}000.00")
    let signed: Markup = "\(-7) \(Int.min) \(UInt8(3))"
    #expect(signed.text == "-7 \(Int.min) 3")
  }

  @Test(arguments: [
    (UInt64(0), "1970-01-01 00:00:00 UTC"), (951_827_696_000, "2000-02-29 12:34:56 UTC"),
    (1_763_744_709_999, "2025-11-21 17:05:09 UTC"),
    (253_402_300_800_000, "10000-01-01 00:00:00 UTC"),
  ])
  func momentsAreWrittenAsTheCalendarHasThem(_ milliseconds: UInt64, _ text: String) {
    #expect(Formats.utc(Time(milliseconds)) == text)
    let iso: Markup = "\(iso: Formats.Moment(Time(milliseconds)))"
    #expect(iso.text == text.replacing(" UTC", with: "Z").replacing(" ", with: "T"))
  }
}

/// Pieces lie side by side in memory, and are values all the same.
@Suite struct CanvasTests {
  @Test func copiesGrowApart() {
    let start: Markup = "a\(1)"
    var (left, right) = (start, start)
    left += "left"
    right += "right"
    #expect(start.text == "a1")
    #expect(left.text == "a1left")
    #expect(right.text == "a1right")
    #expect(left != right)
    #expect(left == ("a1" + "left" as Markup))
  }

  @Test func whatIsKeptStaysWhileOthersAreWritten() {
    var kept: [Markup] = []
    var texts: [String] = []
    for number in 0..<5_000 {
      // In pieces that are put together in another order than they were written.
      let (first, second): (Markup, Markup) = ("<i>\(number)</i>", "<b>\(number * 7)</b>")
      kept.append("\(second)\(first) \([first, second])")
      let (one, two) = ("<i>\(number)</i>", "<b>\(number * 7)</b>")
      texts.append("\(two)\(one) \(one)\(two)")
    }
    #expect(kept.map(\.text) == texts)
    let all: Markup = "<p>\(kept)</p>"
    #expect(all.text == "<p>\(texts.joined())</p>")
    #expect(all.kept == all)
  }

  @Test func longPiecesGrow() {
    var all = Markup()
    var text = ""
    for number in 0..<20_000 {
      all += "<li>\(number)</li>"
      text += "<li>\(number)</li>"
    }
    #expect(all.text == text)
    all.reserve(1)
    #expect(all.text == text)
  }

  /// Only the thread that began a piece writes behind it.
  @Test func threadsDoNotWriteIntoEachOther() async {
    let shared: Markup = "shared\(0)"
    let texts = await withTaskGroup(of: [String].self) { group in
      for task in 0..<8 {
        group.addTask {
          (0..<2_000).map { turn in
            var own = shared
            own += "<b>\(task)-\(turn)</b>"
            own += shared
            return own.text
          }
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    let expected = (0..<8).flatMap { task in
      (0..<2_000).map { "shared0<b>\(task)-\($0)</b>shared0" }
    }
    #expect(texts.sorted() == expected.sorted())
  }
}
