// A model's graph from left to right: its operations, what flows between them, and its shapes.

import Graphs
import Primitives

/// A layer and the requantisation behind it are one box, as people think of them.
struct GraphPicture {
  struct Box: Equatable {
    /// The tensor that the box makes; 0 is the input.
    var tensor: Int
    var name: String
    var detail: String
    /// What flows out of it.
    var shape: String
    var inputs: [Int]
    var column = 0
    var row = 0
  }

  private(set) var boxes: [Box] = []
  /// Boxes that the picture leaves out.
  private(set) var leftOut = 0

  private static let (width, height, gapX, gapY, margin) = (108, 58, 24, 20, 12)
  /// A picture of more boxes than this helps nobody.
  static let most = 160

  init(_ graph: Graph) {
    boxes = [
      Box(tensor: 0, name: "input", detail: "", shape: GraphPicture.text(graph.input), inputs: [])
    ]
    /// Which box stands for a tensor.
    var owner = [0]
    let readers = GraphPicture.readers(graph)
    for (index, node) in graph.nodes.enumerated() {
      let type = graph.types[index + 1]
      if case .requantise = node.operation, node.inputs[0] > 0, readers[node.inputs[0]] == 1,
        graph.types[node.inputs[0]].element == .int32
      {
        let at = owner[node.inputs[0]]
        boxes[at].shape = GraphPicture.text(type)
        boxes[at].tensor = index + 1
        owner.append(at)
        continue
      }
      owner.append(boxes.count)
      boxes.append(
        Box(
          tensor: index + 1, name: GraphPicture.name(node.operation),
          detail: GraphPicture.detail(node.operation), shape: GraphPicture.text(type),
          inputs: node.inputs.map { owner[$0] }))
    }
    if boxes.count > GraphPicture.most {
      leftOut = boxes.count - GraphPicture.most
      boxes.removeLast(leftOut)
    }
    place()
  }

  /// A box stands right of all that it reads, and below those that took the place first.
  private mutating func place() {
    var taken: [Int] = []
    for index in boxes.indices {
      let column = (boxes[index].inputs.map { boxes[$0].column }.max() ?? -1) + 1
      while taken.count <= column { taken.append(0) }
      boxes[index].column = column
      boxes[index].row = taken[column]
      taken[column] += 1
    }
  }

  private static func readers(_ graph: Graph) -> [Int] {
    var readers = Array(repeating: 0, count: graph.types.count)
    for node in graph.nodes { for input in node.inputs { readers[input] += 1 } }
    return readers
  }

  private static func text(_ type: TensorType) -> String {
    "\(type.shape) \(type.element.name)"
  }

  static func name(_ operation: Operation) -> String {
    switch operation {
    case .maxPool: "max pool"
    case .averagePool: "average pool"
    case .matMul: "product of matrices"
    default: operation.name
    }
  }

  static func detail(_ operation: Operation) -> String {
    switch operation {
    case .linear(let own): "\(own.outputs) outputs"
    case .convolution(let own): "\(own.window.height)×\(own.window.width), \(own.outputs) filters"
    case .maxPool(let own): "\(own.window.height)×\(own.window.width)"
    case .averagePool(let own): "\(own.window.height)×\(own.window.width)"
    case .embedding(let own): "\(own.vocabulary) symbols"
    case .softmax(let own): own.isCausal ? "causal" : ""
    default: ""
    }
  }

  // MARK: - Drawing

  var words: String {
    let flow = boxes.map { box in
      let detail = box.detail.isEmpty ? "" : " (\(box.detail))"
      return "\(box.name)\(detail) gives \(box.shape)"
    }
    return flow.prefix(40).joined(separator: "; ")
      + (boxes.count > 40 ? "; and \(boxes.count - 40) more." : ".")
  }

  private var columns: Int { (boxes.map(\.column).max() ?? 0) + 1 }
  private var rows: Int { (boxes.map(\.row).max() ?? 0) + 1 }

  var markup: Markup {
    let step = GraphPicture.width + GraphPicture.gapX
    let picture = Drawing(
      title: "The model’s graph", words: words,
      width: 2 * GraphPicture.margin + columns * step - GraphPicture.gapX,
      height: 2 * GraphPicture.margin + rows * (GraphPicture.height + GraphPicture.gapY)
        - GraphPicture.gapY,
      body: edges + boxes.markup(draw))
    return """
      <div class="scroll graph" tabindex="0" role="region" aria-label="The model’s graph">\
      \(picture.markup)</div>
      """
  }

  private func corner(_ box: Box) -> (x: Int, y: Int) {
    (
      GraphPicture.margin + box.column * (GraphPicture.width + GraphPicture.gapX),
      GraphPicture.margin + box.row * (GraphPicture.height + GraphPicture.gapY)
    )
  }

  private func draw(_ box: Box) -> Markup {
    let (x, y) = corner(box)
    let middle = x + GraphPicture.width / 2
    return "<g class=\"box\">"
      + """
      <rect x="\(x)" y="\(y)" width="\(GraphPicture.width)" height="\(GraphPicture.height)" rx="6"/>
      """
      + Drawing.text(box.name, middle, y + 18, .middle, style: "strong")
      + (box.detail.isEmpty ? "" : Drawing.text(box.detail, middle, y + 33, .middle))
      + Drawing.text(box.shape, middle, y + (box.detail.isEmpty ? 40 : 49), .middle) + "</g>"
  }

  /// An edge that passes columns bends below the boxes between, where there are any in its row.
  private var edges: Markup {
    boxes.indices.markup { index in
      boxes[index].inputs.markup { input in edge(from: boxes[input], to: boxes[index]) }
    }
  }

  private func edge(from: Box, to: Box) -> Markup {
    let (start, end) = (corner(from), corner(to))
    let (x1, y1) = (start.x + GraphPicture.width, start.y + GraphPicture.height / 2)
    let (x2, y2) = (end.x, end.y + GraphPicture.height / 2)
    let isBlocked = boxes.contains {
      $0.row == from.row && $0.row == to.row && $0.column > from.column && $0.column < to.column
    }
    guard isBlocked else {
      let half = (x1 + x2) / 2
      return """
        <path class="wire" d="M\(x1) \(y1)C\(half) \(y1) \(half) \(y2) \(x2) \(y2)"/>
        """
    }
    let low = start.y + GraphPicture.height + 10
    return """
      <path class="wire" d="M\(x1) \(y1)C\(x1 + 24) \(y1) \(x1 - 4) \(low) \(x1 + 34) \(low)\
      H\(x2 - 34)C\(x2 + 4) \(low) \(x2 - 24) \(y2) \(x2) \(y2)"/>
      """
  }
}
