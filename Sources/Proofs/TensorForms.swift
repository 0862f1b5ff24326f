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
  /// Of helpers' bytes and entries.
  var extras: [GoldilocksPair]
  var loose: [GoldilocksPair]
  /// Coefficients of the sums of all layers and products.
  var sums: PairVector
  var constant = GoldilocksPair.zero

  init(_ plan: WitnessPlan, _ space: SumSpace) {
    self.plan = plan
    forms = Array(repeating: [], count: plan.graph.types.count + plan.helpers.all.count)
    extras = Array(repeating: .zero, count: plan.helpers.sizes.extras)
    loose = Array(repeating: .zero, count: plan.helpers.sizes.loose)
    bytes = Array(repeating: .zero, count: plan.rows)
    differences = Array(repeating: .zero, count: plan.pairs)
    sums = PairVector(zeros: 1 << space.variables)
  }

  /// Adds to the coefficients of a tensor.
  mutating func change(_ tensor: Int, _ body: (inout [GoldilocksPair]) -> Void) {
    if forms[tensor].isEmpty {
      forms[tensor] = Array(
        repeating: .zero, count: plan.helpers.count(tensor) * plan.samples)
    }
    body(&forms[tensor])
  }

  /// Adds weight·M to every element that a term reads, the weights those of so many elements of
  /// each sample from `first` on.
  mutating func add(
    _ term: LinearMap.Term, count: Int, _ weights: [GoldilocksPair], from first: Int
  ) {
    let size = plan.helpers.count(term.tensor)
    let samples = plan.samples
    let multipliers = term.multipliers.map { Goldilocks($0) }
    change(term.tensor) { form in
      for sample in 0..<samples {
        let row = first + sample * count
        for index in 0..<count {
          let own = weights[row + index] * multipliers[index / term.each]
          term.forEach(of: index) { form[sample * size + $0] += own }
        }
      }
    }
  }

  /// - Parameter input: the elements of all samples; what the plan hides is committed to.
  mutating func pullBack(_ space: SumSpace, input: [Int32]) {
    var helper = plan.helpers.all.count
    for (node, role) in plan.roles.enumerated().reversed() {
      passResult(node, role, space)
      while helper > 0, plan.helpers.all[helper - 1].node == node {
        helper -= 1
        let own = forms[plan.graph.types.count + helper]
        if own.isEmpty { continue }
        forms[plan.graph.types.count + helper] = []
        pass(plan.helpers.all[helper], own, space)
      }
    }
    passInput(input)
  }

  private mutating func passResult(_ node: Int, _ role: ProofRole, _ space: SumSpace) {
    let own = forms[node + 1]
    if own.isEmpty { return }
    forms[node + 1] = []
    switch role {
    case .layer(let index): addSums(own, space.blocks[index])
    case .moved(let move): passMoved(own, move)
    case .rounding:
      let first = plan.roundings[plan.ordinals[node]].first
      var total = GoldilocksPair.zero
      for (index, coefficient) in own.enumerated() {
        bytes[first + index] += coefficient
        total += coefficient
      }
      constant += total * Goldilocks(Int64(plan.graph.types[node + 1].element.lowest))
    case .maximum: passMaximum(own, plan.maxima[plan.ordinals[node]])
    }
  }

  private mutating func passInput(_ input: [Int32]) {
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
    let size = plan.helpers.count(move.tensor)
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

  mutating func addSums(_ own: [GoldilocksPair], _ block: SumSpace.Block) {
    let count = own.count / plan.samples
    for (index, coefficient) in own.enumerated() {
      let position = block.position(sample: index / count, index % count)
      sums[position] = sums[position] + coefficient
    }
  }

  /// A maximum is its first element plus that element's difference.
  mutating func passMaximum(_ own: [GoldilocksPair], _ maximum: WitnessPlan.Maximum) {
    let count = own.count / plan.samples
    let size = plan.helpers.count(maximum.source)
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
