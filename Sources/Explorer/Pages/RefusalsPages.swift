// The refusals by code: what each says, which numbers it names, and what one can do.

import Chain
import Primitives

struct RefusalsPages {
  let house: House

  init(_ house: House) { self.house = house }

  func list(_ visit: Visit) throws -> Sheet {
    let height = try house.listings.totals().height
    let wanted = visit.value("q")?.lowercased() ?? ""
    let texts = RefusalTexts.all.filter { text in
      wanted.isEmpty || text.code.lowercased().contains(wanted)
        || text.template.lowercased().contains(wanted)
    }
    return Sheet(
      title: "Refusals", height: height,
      body: {
        """
        <h1>Refusals</h1>
        <p class="lead">A message happens whole or not at all. One that breaks a rule is refused
        with a code that never changes its meaning and with the numbers that the rule compared; it
        costs its toll and changes nothing else.</p>
        <form class="filters" action="/refusals"><label>With the word
        <input name="q" type="search" value="\(wanted)" maxlength="64"></label>
        <button class="quiet">Show</button></form>
        \(Parts.table(
          "Refusals by code", ["Code", "What it says", "What to do"],
          texts.map { text in
            [
              RefusalsPages.link(text.code),
              "<span class=\"prose\">\(RefusalsPages.sentence(text))</span>",
              "<span class=\"prose\">\(text.hint)</span>",
            ]
          }, empty: "No refusal has that word."))
        """
      },
      twin: {
        [
          .init(
            name: "refusals",
            value: .array(
              texts.map {
                [
                  "code": .string($0.code), "template": .string($0.template),
                  "hint": .string($0.hint),
                ]
              }))
        ]
      })
  }

  func one(_ code: String) throws -> Sheet {
    guard let text = RefusalTexts.text(of: code) else { throw Missing.unknown("refusal") }
    let height = try house.listings.totals().height
    let isOfMessages = RefusalTexts.ofMessages.contains(code)
    return Sheet(
      title: "Refusal \(code)", height: height,
      body: {
        let places = text.places.enumerated().map { index, place -> [Markup] in
          [
            "\(index + 1)", "<code>\(RefusalsPages.name(place))</code>",
            "\(RefusalsPages.kind(place))",
          ]
        }
        let hint: Markup =
          text.hint.isEmpty ? "" : "<h2>What to do</h2><p>\(text.hint).</p>"
        return """
          <p class="over">Refusal</p>
          <h1><code>\(text.code)</code></h1>
          <p class="lead">\(RefusalsPages.sentence(text)).</p>
          <p>\(isOfMessages ? RefusalsPages.inBlocks : RefusalsPages.elsewhere)</p>
          \(hint)
          <h2>Numbers that it names</h2>
          \(Parts.table(
            "Numbers of the refusal", ["#Place", "Name", "Written as"], places,
            empty: "It names no number."))
          <p><a href="/refusals">All refusals</a></p>
          """
      },
      twin: {
        [
          .init(name: "code", value: .string(text.code)),
          .init(name: "template", value: .string(text.template)),
          .init(name: "hint", value: .string(text.hint)),
          .init(name: "inBlocks", value: .bool(isOfMessages)),
        ]
      })
  }

  static func link(_ code: String) -> Markup {
    "<a class=\"number\" href=\"/refusals/\(Escape.component(code))\">\(code)</a>"
  }

  private static let inBlocks: Markup = """
    A block can refuse a message with it: the message then costs its toll and changes nothing else,
    and the refusal stands in the block.
    """

  private static let elsewhere: Markup = """
    It is met before a message enters a block: by whoever reads files, keys or models, or makes the
    block.
    """

  /// The template with the names of its places where the numbers would stand.
  static func sentence(_ text: RefusalText) -> Markup {
    let parts = text.template.split(separator: "{", omittingEmptySubsequences: false)
    var sentence: Markup = "\(parts[0])"
    for part in parts.dropFirst() {
      let place = part.prefix { $0 != "}" }
      sentence += "<var>\(name(String(place)))</var>\(part.dropFirst(place.count + 1))"
    }
    return sentence
  }

  private static func name(_ place: String) -> String {
    switch place.last {
    case "?": "name \(place.dropLast())"
    case "=": "number \(place.dropLast())"
    case "$", "%": String(place.dropLast())
    default: place
    }
  }

  private static func kind(_ place: String) -> String {
    switch place.last {
    case "?": "the name of a number"
    case "=": "its value"
    case "$": "an amount in dollars"
    case "%": "a share"
    default: "a whole number"
    }
  }
}
