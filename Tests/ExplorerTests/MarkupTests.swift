// What foreign text can do on a page: nothing.

import Explorer
import Testing

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
}
