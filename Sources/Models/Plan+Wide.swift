// Carrying out the steps of operations beyond layers, roundings and pools.

import CKernels
import Graphs

extension Plan.Run {
  func carryOutWide(_ step: Plan.Step, _ sample: Int) {
    switch step.operation {
    case .border(let order, let value): border(order, value, step, sample)
    case .table(let table): look(table, step, sample)
    case .part(let rounding, let places): part(rounding, places, step, sample)
    case .subtract(let own): subtract(own, step, sample)
    case .product(let own): product(own, step, sample)
    case .averagePool(let own): averagePool(own, step, sample)
    case .affine(let own): affine(own, step, sample)
    case .normalise(let own): normalise(own, step, sample)
    case .softmax(let own): softmax(own, step, sample)
    case .matMul(let own, let size): multiply(own, size, step, sample)
    case .embedding(let own): embed(own, step, sample)
    case .elements(let own, let frame): elements(own, frame, step, sample)
    case .linear, .convolution, .requantise, .maxPool, .add, .reorder, .pad: break
    }
  }

  private func count(_ tensor: Int) -> Int { plan.places[tensor].layout.count }

  private func offset(_ tensor: Int) -> Int32 { plan.places[tensor].layout.offset }

  private func border(
    _ order: UnsafePointer<Int32>, _ value: UInt8, _ step: Plan.Step, _ sample: Int
  ) {
    let x = address(step.inputs.0, sample)
    let out = address(step.output, sample)
    for at in 0..<count(step.output) { out[at] = order[at] < 0 ? value : x[Int(order[at])] }
  }

  private func look(_ table: UnsafePointer<UInt8>, _ step: Plan.Step, _ sample: Int) {
    let x = address(step.inputs.0, sample)
    let out = address(step.output, sample)
    for at in 0..<count(step.output) { out[at] = table[Int(x[at])] }
  }

  private func part(
    _ rounding: PackedRounding, _ places: UnsafePointer<Int32>, _ step: Plan.Step,
    _ sample: Int
  ) {
    let x = address(step.inputs.0, sample)
    let out = address(step.output, sample)
    let zero = offset(step.inputs.0)
    for at in 0..<count(step.inputs.0) {
      out[Int(places[at])] = rounding.round(Int32(x[at]) &- zero, 0)
    }
  }

  private func product(_ own: Product, _ step: Plan.Step, _ sample: Int) {
    let (a, b) = (address(step.inputs.0, sample), address(step.inputs.1, sample))
    let out = address(step.output, sample)
    let (zeroA, zeroB) = (offset(step.inputs.0), offset(step.inputs.1))
    let shift = Int64(own.shift)
    let addend = Int64(1) &<< (shift &- 1) &+ Int64(offset(step.output)) &<< shift
    let multiplier = Int64(own.multiplier)
    for at in 0..<count(step.output) {
      let both = (Int32(a[at]) &- zeroA) &* (Int32(b[at]) &- zeroB)
      let value = (Int64(both) &* multiplier &+ addend) &>> shift
      out[at] = UInt8(truncatingIfNeeded: value < 0 ? 0 : value > 255 ? 255 : value)
    }
  }

  private func subtract(_ own: Difference, _ step: Plan.Step, _ sample: Int) {
    let (a, b) = (address(step.inputs.0, sample), address(step.inputs.1, sample))
    let out = address(step.output, sample)
    let (left, right) = (Int64(own.left), Int64(own.right))
    let shift = Int64(own.shift)
    let zero = Int64(offset(step.inputs.0)) &* left &- Int64(offset(step.inputs.1)) &* right
    let addend = Int64(1) &<< (shift &- 1) &+ Int64(offset(step.output)) &<< shift &- zero
    for at in 0..<count(step.output) {
      let value = (Int64(a[at]) &* left &- Int64(b[at]) &* right &+ addend) &>> shift
      out[at] = UInt8(truncatingIfNeeded: value < 0 ? 0 : value > 255 ? 255 : value)
    }
  }

  private func embed(_ own: PackedEmbedding, _ step: Plan.Step, _ sample: Int) {
    let symbols = address(step.inputs.0, sample)
    let out = UnsafeMutableRawPointer(address(step.output, sample))
      .assumingMemoryBound(to: Int32.self)
    for place in 0..<own.length {
      let symbol = min(Int(symbols[place]), own.vocabulary - 1)
      let vector = own.vectors + symbol * own.outputs
      let to = out + place * own.outputs
      for row in 0..<own.outputs { to[row] = own.bias[row] &+ Int32(vector[row]) }
      guard own.hasPlaces else { continue }
      let second = own.vectors + (own.vocabulary + place) * own.outputs
      for row in 0..<own.outputs { to[row] &+= Int32(second[row]) }
    }
  }

  /// As the reference does; only activations come here.
  private func elements(
    _ own: any ElementOperation, _ frame: Frame, _ step: Plan.Step, _ sample: Int
  ) {
    let inputs = [step.inputs.0, step.inputs.1]
    let layouts = inputs.map { plan.places[$0].layout }
    let bases = inputs.map { address($0, sample) }
    let values = own.values(0..<frame.to.shape.count, frame) { input, element in
      Int32(bases[input][layouts[input].place(of: element)]) &- layouts[input].offset
    }
    let to = plan.places[step.output].layout
    let out = address(step.output, sample)
    for (element, value) in values.enumerated() {
      out[to.place(of: element)] = UInt8(truncatingIfNeeded: value &+ to.offset)
    }
  }
}

// MARK: - Lines

extension Plan.Run {
  private func affine(_ own: PackedAffine, _ step: Plan.Step, _ sample: Int) {
    let x = address(step.inputs.0, sample)
    let out = address(step.output, sample)
    let zero = Int64(offset(step.inputs.0))
    for first in stride(from: 0, to: count(step.output), by: own.count) {
      scale(own, x + first, zero: zero, by: 1, root: nil, to: out + first)
    }
  }

  private func normalise(_ own: PackedNormalisation, _ step: Plan.Step, _ sample: Int) {
    let x = address(step.inputs.0, sample)
    let out = address(step.output, sample)
    let length = own.affine.count
    let zero = Int64(offset(step.inputs.0))
    for first in stride(from: 0, to: count(step.output), by: length) {
      let line = x + first
      // At most 2^12 elements of 255: both sums fit 32 bits.
      var (sum, squares): (Int32, Int32) = (0, 0)
      for at in 0..<length {
        let value = Int32(line[at]) &- Int32(zero)
        sum &+= value
        squares &+= value &* value
      }
      let mean = own.isCentred ? Int64(sum) : 0
      let spread = Int64(length) &* Int64(squares) &- mean &* mean
      let root = PackedNormalisation.inverseRoot(of: UInt64(spread) &+ own.epsilon)
      scale(
        own.affine, line, zero: Int64(length) &* zero &+ mean, by: Int64(length), root: root,
        to: out + first)
    }
  }

  /// A line: x · by − zero, times the root where there is one, then multiplied and rounded.
  @inline(__always)
  private func scale(
    _ own: PackedAffine, _ x: UnsafePointer<UInt8>, zero: Int64, by: Int64, root: Int64?,
    to out: UnsafeMutablePointer<UInt8>
  ) {
    var at = 0
    while at + 8 <= own.count {
      let bytes = UnsafeRawPointer(x + at).loadUnaligned(as: SIMD8<UInt8>.self)
      var value = SIMD8<Int64>(truncatingIfNeeded: bytes) &* by &- zero
      if let root { value = (value &* root &+ 32768) &>> SIMD8(repeating: 16) }
      UnsafeMutableRawPointer(out + at)
        .storeBytes(of: own.round(value, at), as: SIMD8<UInt8>.self)
      at += 8
    }
    while at < own.count {
      var value = Int64(x[at]) &* by &- zero
      if let root { value = (value &* root &+ 32768) &>> 16 }
      out[at] = own.round(value, at)
      at += 1
    }
  }

  private func softmax(_ own: PackedSoftmax, _ step: Plan.Step, _ sample: Int) {
    let x = address(step.inputs.0, sample)
    let out = address(step.output, sample)
    let lines = count(step.output) / own.length
    for line in 0..<lines {
      let length = own.isCausal ? line % own.length + 1 : own.length
      let from = x + line * own.length
      let to = out + line * own.length
      var greatest: UInt8 = 0
      for at in 0..<length { greatest = max(greatest, from[at]) }
      var sum: UInt32 = 0
      for at in 0..<length { sum &+= UInt32(own.exponentials[Int(greatest &- from[at])]) }
      for at in 0..<length {
        let power = UInt32(own.exponentials[Int(greatest &- from[at])])
        to[at] = UInt8(truncatingIfNeeded: (510 &* power &+ sum) / (2 &* sum))
      }
      for at in length..<own.length { to[at] = 0 }
    }
  }
}

// MARK: - Pools

extension Plan.Run {
  private func averagePool(_ own: AveragePool, _ step: Plan.Step, _ sample: Int) {
    let window = own.window
    let x = address(step.inputs.0, sample)
    let from = plan.places[step.inputs.0].layout
    let to = plan.places[step.output].layout
    let out = address(step.output, sample)
    let shift = Int64(own.shift)
    let addend = Int64(1) &<< (shift &- 1) &+ Int64(to.offset) &<< shift
    for row in 0..<to.height {
      let top = row * window.strideY - window.top
      let ys = max(0, top)..<max(0, min(from.height, top + window.height))
      for column in 0..<to.width {
        let left = column * window.strideX - window.left
        let zs = max(0, left)..<max(0, min(from.width, left + window.width))
        let zero = Int32(ys.count * zs.count) &* from.offset
        let own16 = out + (row * to.width + column) * to.channels
        var channel = 0
        while channel < to.channels {
          let sums = sums(x + channel, from, ys, zs)
          for lane in 0..<min(16, to.channels - channel) {
            let sum = Int64(sums[lane] &- zero)
            let value = (sum &* Int64(own.multiplier) &+ addend) &>> shift
            own16[channel + lane] =
              UInt8(truncatingIfNeeded: value < 0 ? 0 : value > 255 ? 255 : value)
          }
          channel += 16
        }
      }
    }
  }

  /// Sums of sixteen neighbouring channels; what lies behind the last one is read too.
  @inline(__always)
  private func sums(
    _ x: UnsafePointer<UInt8>, _ from: TensorLayout, _ ys: Range<Int>, _ zs: Range<Int>
  ) -> SIMD16<Int32> {
    var sums = SIMD16<Int32>()
    for y in ys {
      for z in zs {
        let at = UnsafeRawPointer(x + (y * from.width + z) * from.channels)
        sums &+= SIMD16<Int32>(truncatingIfNeeded: at.loadUnaligned(as: SIMD16<UInt8>.self))
      }
    }
    return sums
  }
}
