// The one equation for all that is linear in a run: roundings, maxima, outputs, each at a random
// weight.

import Arithmetic
import Graphs
import Primitives

/// Σ coefficient·sum + ⟨form, witness⟩ + constant = 2^32·V.
struct LinearEquation {
  /// Challenges: r, r′, r″ and μ.
  struct Challenges {
    var rows: [GoldilocksPair]
    var pairs: [GoldilocksPair]
    var outputs: [GoldilocksPair]
    /// Of the relations between helpers, if there are any.
    var relations: [GoldilocksPair] = []
    var mu: GoldilocksPair
  }

  /// Coefficients of the sums of all layers.
  let sums: PairVector
  /// Coefficients of b, d and e; those of the remainder follow from r.
  let bytes: [GoldilocksPair]
  let differences: [GoldilocksPair]
  let choices: [GoldilocksPair]
  /// Of helpers' bytes and entries.
  let extras: [GoldilocksPair]
  let loose: [GoldilocksPair]
  let constant: GoldilocksPair

  static let twoTo32 = Goldilocks(canonical: 1 << 32)

  /// - Parameters:
  ///   - input: the elements of all samples.
  ///   - output: likewise.
  init(
    _ plan: WitnessPlan, _ space: SumSpace, _ challenges: Challenges, input: [Int32],
    output: [Int32]
  ) {
    var forms = TensorForms(plan, space)
    LinearEquation.addRoundings(Multilinear.weights(at: challenges.rows), to: &forms)
    choices = LinearEquation.addMaxima(
      Multilinear.weights(at: challenges.pairs), challenges.mu, to: &forms)
    let cube = challenges.mu * challenges.mu * challenges.mu
    let weights = Multilinear.weights(at: challenges.outputs)
    var constant = GoldilocksPair.zero
    forms.change(plan.graph.types.count - 1) { form in
      for (index, value) in output.enumerated() {
        let own = cube * weights[index]
        form[index] += own
        constant -= own * Goldilocks(Int64(value))
      }
    }
    forms.constant += constant
    if !plan.helpers.relations.isEmpty {
      let weights = PairVector.weights(at: challenges.relations, times: cube * challenges.mu)
      LinearEquation.addRelations(weights.elements, to: &forms)
    }
    forms.pullBack(space, input: input)
    sums = forms.sums
    bytes = forms.bytes
    differences = forms.differences
    extras = forms.extras
    loose = forms.loose
    self.constant = forms.constant
  }

  /// eq(r,i)·(v·M + 2^31 − 2^32·q − rem), without the remainder.
  private static func addRoundings(_ weights: [GoldilocksPair], to forms: inout TensorForms) {
    let plan = forms.plan
    for rounding in plan.roundings {
      let rows = rounding.first..<(rounding.first + rounding.count * plan.samples)
      for term in rounding.map.terms {
        forms.add(term, count: rounding.count, weights, from: rounding.first)
      }
      for (index, addend) in rounding.map.addends.enumerated() {
        let own = Goldilocks(addend)
        for sample in 0..<plan.samples {
          forms.constant += weights[rounding.first + sample * rounding.count + index] * own
        }
      }
      var total = GoldilocksPair.zero
      for row in rows {
        forms.bytes[row] -= weights[row] * twoTo32
        total += weights[row]
      }
      let lowest = Int64(plan.graph.types[rounding.node + 1].element.lowest)
      forms.constant += total * (Goldilocks(canonical: 1 << 31) - twoTo32 * Goldilocks(lowest))
    }
  }

  /// μ⁴·eq(r⁗,i)·(Σ terms + constant) of every relation.
  private static func addRelations(_ weights: [GoldilocksPair], to forms: inout TensorForms) {
    let samples = forms.plan.samples
    for relation in forms.plan.helpers.relations {
      for term in relation.map.terms {
        forms.add(term, count: relation.count, weights, from: relation.first)
      }
      if relation.constant == 0 { continue }
      var total = GoldilocksPair.zero
      for index in 0..<relation.count * samples { total += weights[relation.first + index] }
      forms.constant += total * Goldilocks(relation.constant)
    }
  }

  /// μ·eq(r′,j)·(result − element − d) for all pairs but a window's first, for which it says
  /// nothing, and μ²·eq(r′,first)·(Σ e − 1) for each window. Gives the coefficients of e.
  private static func addMaxima(
    _ weights: [GoldilocksPair], _ mu: GoldilocksPair, to forms: inout TensorForms
  ) -> [GoldilocksPair] {
    let plan = forms.plan
    var choices = [GoldilocksPair](repeating: .zero, count: plan.pairs)
    for maximum in plan.maxima {
      let size = plan.graph.types[maximum.source].shape.count
      let count = maximum.reads.starts.count - 1
      var results = [GoldilocksPair](repeating: .zero, count: count * plan.samples)
      var elements = [GoldilocksPair](repeating: .zero, count: size * plan.samples)
      for sample in 0..<plan.samples {
        let base = maximum.first + sample * maximum.reads.elements.count
        for place in 0..<count {
          let (start, end) = (maximum.reads.starts[place], maximum.reads.starts[place + 1])
          let one = mu * mu * weights[base + start]
          forms.constant -= one
          for pair in start..<end { choices[base + pair] = one }
          for pair in (start + 1)..<max(end, start + 1) {
            let own = mu * weights[base + pair]
            results[sample * count + place] += own
            elements[sample * size + maximum.reads.elements[pair]] -= own
            forms.differences[base + pair] -= own
          }
        }
      }
      forms.change(maximum.result) { form in
        for index in results.indices { form[index] += results[index] }
      }
      forms.change(maximum.source) { form in
        for index in elements.indices { form[index] += elements[index] }
      }
    }
    return choices
  }
}
