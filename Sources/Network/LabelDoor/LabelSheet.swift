// A dataset as one file of HTML for who ordered it: what items show, least agreed first.

public import Agents
import Foundation
import Market
import Primitives

/// A page that loads nothing and runs nothing: texts are escaped, pictures stand in it as data.
public enum LabelSheet {
  /// Items that are drawn, and bytes of pictures in all: a browser has to bear it.
  static let mostItems = 1_000
  static let mostBytes = 24 << 20

  public static func html(_ job: LabelJob, receipts: String = "receipts") -> String {
    let dataset = LabelDataset(job)
    let contents = Dictionary(
      uniqueKeysWithValues: job.definition.items.map { ($0.name, $0.content) })
    var left = mostBytes
    let rows = dataset.disagreementFirst.prefix(mostItems).map { row in
      line(row, dataset.choices, shown(contents[row.item] ?? [], &left), receipts)
    }
    let card = dataset.card
    let gold = job.definition.gold.map { gold in
      var none = Int.max
      let label = dataset.choices[Int(gold.label)]
      return "<tr><td data-name=Item><bdi>\(LabelPage.escape(gold.item.name))</bdi>"
        + "<td data-name=Content>\(shown(gold.item.content, &none))"
        + "<td data-name=Label><bdi>\(LabelPage.escape(label))</bdi>"
    }
    return """
      <!doctype html><html lang=en><meta charset=utf-8>\
      <meta http-equiv=Content-Security-Policy content="\(policy)">\
      <meta name=viewport content="width=device-width,initial-scale=1">\
      <meta name=referrer content=no-referrer><meta name=color-scheme content="light dark">\
      <title>\(LabelPage.escape(card.question)) · Labels</title><style>\(LabelLook.style)</style>
      <main><h1>\(LabelPage.escape(card.question))</h1>
      <p>\(card.sure) of \(card.items) labels are sure; \(card.answers) answers in \
      \(card.rounds) \(card.rounds == 1 ? "round" : "rounds") for \
      \(DollarWords.text(card.cost)). Least agreed items come first\
      \(dataset.rows.count > mostItems ? "; of \(dataset.rows.count) these are \(mostItems)" : "").
      </p>
      <table><thead><tr><th>Item<th>Content<th>Label<th>Confidence<th>Answers<th>Receipts</thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table>
      \(gold.isEmpty ? "" : "<h2>Gold</h2><p>Known beforehand, mixed in to measure labellers.</p>")
      <table><tbody>\(gold.prefix(mostItems).joined(separator: "\n"))</tbody></table></main></html>
      """
  }

  private static func line(
    _ row: DatasetRow, _ choices: [String], _ content: String, _ receipts: String
  ) -> String {
    let said = zip(choices, row.counts).filter { $0.1 > 0 }.map {
      "<bdi>\(LabelPage.escape($0.0))</bdi> ×\($0.1)"
    }
    let links = row.runs.enumerated().map { place, run in
      "<a href=\"\(receipts)/\(RunID(run)).receipt\">\(place + 1)</a>"
    }
    return "<tr><td data-name=Item><bdi>\(LabelPage.escape(row.item))</bdi>"
      + "<td data-name=Content>\(content)"
      + "<td data-name=Label><bdi>\(LabelPage.escape(row.label))</bdi>"
      + "<td data-name=Confidence>\(row.confidence.decimal(digits: 4))\(row.isSure ? "" : " ?")"
      // One box a cell: on a phone each cell is a grid of its name and its value.
      + "<td data-name=Answers><span>\(said.joined(separator: " "))</span>"
      + "<td data-name=Receipts><span>\(links.joined(separator: " "))</span>"
  }

  /// Text is text whatever it says; a picture can do nothing but be shown.
  private static func shown(_ bytes: [UInt8], _ left: inout Int) -> String {
    switch LabelMedia(of: bytes) {
    case .text?:
      let text = String(decoding: bytes.prefix(4_096), as: UTF8.self)
      return "<pre dir=auto>\(LabelPage.escape(text))\(bytes.count > 4_096 ? "…" : "")</pre>"
    case .png?, .jpeg?:
      guard LabelPicture.mayBeShown(bytes), bytes.count <= left else { return "a picture" }
      left -= bytes.count
      let media = LabelMedia(of: bytes) == .png ? "image/png" : "image/jpeg"
      return "<img alt=\"\" src=\"data:\(media);base64,\(Data(bytes).base64EncodedString())\">"
    case nil: return "\(bytes.count) bytes"
    }
  }

  static let policy =
    "default-src 'none'; style-src '\(LabelPage.hash(LabelLook.style))'; img-src data:; "
    + "base-uri 'none'; form-action 'none'"
}
