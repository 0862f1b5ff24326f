// A manifest as pictures and tables: its graph, its accuracy, its commitments.

import Graphs
import Primitives

struct ModelPictures {
  let manifest: Manifest

  var markup: Markup {
    """
    <h2>Its graph</h2>
    \(graph)
    <h2>How good it was</h2>
    \(accuracy)
    <h2>What its weights are held to</h2>
    \(commitments)
    """
  }

  private var graph: Markup {
    guard let graph = try? manifest.graph() else {
      return "<p class=\"empty\">The graph of this manifest does not read.</p>"
    }
    let picture = GraphPicture(graph)
    let rest: Markup =
      picture.leftOut > 0
      ? "<p class=\"said\">\(picture.leftOut) more are in the table only.</p>" : ""
    return """
      <p>\(Formats.plural(UInt64(graph.nodes.count), "operation")) in whole numbers,
      \(Formats.grouped(graph.work)) multiplications and comparisons a run. Each gives the same bits
      on every machine, which is why two answers can be compared.</p>
      \(picture.markup)\(rest)
      <details><summary>The operations as a table</summary>\(table(graph))</details>
      """
  }

  private static let mostRows = 500

  private func table(_ graph: Graph) -> Markup {
    let rows = graph.nodes.prefix(ModelPictures.mostRows).enumerated().map { index, node in
      [
        "\(index + 1)" as Markup,
        "\(GraphPicture.name(node.operation)) \(GraphPicture.detail(node.operation))",
        "\(node.inputs.map { $0 == 0 ? "input" : String($0) }.joined(separator: ", "))",
        "\(graph.types[index + 1].shape.description)",
        "\(graph.types[index + 1].element.name)",
      ]
    }
    return Parts.table(
      "Operations of the model", ["#Number", "Operation", "Reads", "Shape", "Element"], rows,
      empty: "No operations.")
  }

  private var accuracy: Markup {
    let report = manifest.report
    guard report.samples > 0 else {
      return "<p class=\"empty\">Nothing was compared when the model was imported.</p>"
    }
    func share(_ ppm: UInt32) -> Markup { "\(Formats.percent(ppm: UInt64(ppm)))" }
    var tiles: [Parts.Tile] = [
      .init(
        name: "Same answer as in float", value: share(report.agreement),
        note: "of \(Formats.plural(report.samples, "sample"))")
    ]
    if report.labelled > 0 {
      tiles += [
        .init(
          name: "Right in float", value: share(report.floatAccuracy),
          note: "of \(Formats.plural(report.labelled, "labelled sample"))"),
        .init(
          name: "Right in whole numbers", value: share(report.integerAccuracy),
          note: "what runs here give"),
      ]
    }
    tiles += [
      .init(
        name: "Mean error", value: share(report.meanError), note: "of the greatest float output"),
      .init(
        name: "Greatest error", value: share(report.greatestError),
        note: "of the greatest float output"),
    ]
    return """
      <p>Measured by whoever imported it and part of its id, so nobody can better it afterwards. It
      is a claim of its importer, not a finding of this network.</p>\(Parts.tiles(tiles))
      """
  }

  private var commitments: Markup {
    Parts.table(
      "Commitments to the weights", ["Scheme", "Parameters", "Root"],
      manifest.commitments.map { own in
        [
          "\(own.scheme)",
          "\(own.parameters.map { "\($0.name) \($0.value)" }.joined(separator: ", "))",
          "<code>\(own.root.description)</code>",
        ]
      }, empty: "None.")
  }
}
