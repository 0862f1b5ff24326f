// Linear functions of a run's tensors, pulled back to what is committed to or public.

import Arithmetic
import Graphs
import Primitives

/// A coefficient for each element of each tensor, sample after sample.
///
/// Every tensor of a run is a linear function of earlier tensors, of the witness, or of a layer's
/// sums; going from the last to the first leaves coefficients of witness, sums and input alone.
struct TensorForms {
  let plan: WitnessPlan
  private var forms: [[GoldilocksPair]]
  /// Coefficients of b and d.
  var bytes: [GoldilocksPair]
  var differences: [GoldilocksPair]
  /// Coefficients of the sums of all layers.
  var sums: PairVector
  var constant = GoldilocksPair.zero

  init(_ plan: WitnessPlan, _ space: SumSpace) {
    self.plan = plan
    forms = Array(repeating: [], count: plan.graph.types.count)
    bytes = Array(repeating: .zero, count: plan.rows)
    differences = Array(repeating: .zero, count: plan.pairs)
    sums = PairVector(zeros: 1 << space.variables)
  }

  /// Adds to the coefficients of a tensor.
  mutating func change(_ tensor: Int, _ body: (inout [GoldilocksPair]) -> Void) {
    if forms[tensor].isEmpty {
      forms[tensor] = Array(
        repeating: .zero, count: plan.graph.types[tensor].shape.count * plan.samples)
    }
    body(&forms[tensor])
  }

  /// - Parameter input: the elements of all samples; what the plan hides is committed to.
  mutating func pullBack(_ space: SumSpace, input: [Int32]) {
    var rounding = plan.roundings.count
    var maximum = plan.maxima.count
    for (node, role) in plan.roles.enumerated().reversed() {
      if case .rounding = role { rounding -= 1 }
      if case .maximum = role { maximum -= 1 }
      let own = forms[node + 1]
      if own.isEmpty { continue }
      forms[node + 1] = []
      switch role {
      case .layer(let index): addSums(own, space.blocks[index])
      case .moved(let move): passMoved(own, move)
      case .rounding:
        let first = plan.roundings[rounding].first
        var total = GoldilocksPair.zero
        for (index, coefficient) in own.enumerated() {
          bytes[first + index] += coefficient
          total += coefficient
        }
        constant += total * Goldilocks(Int64(plan.graph.types[node + 1].element.lowest))
      case .maximum: passMaximum(own, plan.maxima[maximum])
      }
    }
    if let first = plan.inputRow {
      var total = GoldilocksPair.zero
      for (index, coefficient) in forms[0].enumerated() {
        bytes[first + index] += coefficient
        total += coefficient
      }
      constant += total * Goldilocks(Int64(plan.graph.input.element.lowest))
    } else {
      for (coefficient, value) in zip(forms[0], input) {
        constant += coefficient * Goldilocks(Int64(value))
      }
    }
    forms[0] = []
  }

  private mutating func passMoved(_ own: [GoldilocksPair], _ move: Move) {
    guard let elements = move.elements else {
      return change(move.tensor) { form in
        for index in own.indices { form[index] += own[index] }
      }
    }
    let size = plan.graph.types[move.tensor].shape.count
    var border = GoldilocksPair.zero
    change(move.tensor) { form in
      for (index, coefficient) in own.enumerated() {
        let element = elements[index % elements.count]
        if element < 0 {
          border += coefficient
        } else {
          form[index / elements.count * size + element] += coefficient
        }
      }
    }
    constant += border * Goldilocks(Int64(move.border))
  }

  private mutating func addSums(_ own: [GoldilocksPair], _ block: SumSpace.Block) {
    let count = own.count / plan.samples
    for (index, coefficient) in own.enumerated() {
      let position = block.position(sample: index / count, index % count)
      sums[position] = sums[position] + coefficient
    }
  }

  /// A maximum is its first element plus that element's difference.
  private mutating func passMaximum(_ own: [GoldilocksPair], _ maximum: WitnessPlan.Maximum) {
    let count = own.count / plan.samples
    let size = plan.graph.types[maximum.source].shape.count
    var differences = differences
    self.differences = []
    change(maximum.source) { form in
      for (index, coefficient) in own.enumerated() {
        let (sample, place) = (index / count, index % count)
        let pair = maximum.reads.starts[place]
        form[sample * size + maximum.reads.elements[pair]] += coefficient
        differences[maximum.first + sample * maximum.reads.elements.count + pair] += coefficient
      }
    }
    self.differences = differences
  }
}
