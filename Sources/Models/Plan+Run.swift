// Carrying out the steps of a plan on a batch that lies in memory.

import CKernels
import Graphs

extension Plan {
  /// The steps over some samples in memory that `memory()` gave.
  struct Run {
    let plan: Plan
    let kernel: LayerKernel
    let base: UnsafeMutablePointer<UInt8>
    let samples: Int
    /// Who takes a half of a layer, where one sample is run on two threads.
    var partner: Partner?

    func callAsFunction(_ range: Range<Int>) {
      for index in range { carryOut(plan.steps[index]) }
    }
  }
}

extension Plan.Run {
  @inline(__always)
  func address(_ tensor: Int, _ sample: Int) -> UnsafeMutablePointer<UInt8> {
    let place = plan.places.baseAddress! + tensor
    return base + place.pointee.offset + sample * place.pointee.stride
  }

  private func carryOut(_ step: Plan.Step) {
    switch step.operation {
    case .linear(let layer): linear(layer, step)
    case .convolution(var layer):
      for sample in 0..<samples {
        layer.x = UnsafePointer(address(step.inputs.0, sample))
        layer.out = UnsafeMutableRawPointer(address(step.output, sample) + origin(step.output))
        kernel.run(&layer)
      }
    case .requantise(let rounding, let each):
      for sample in 0..<samples { requantise(rounding, each, step, sample) }
    case .maxPool(let window):
      for sample in 0..<samples { maxPool(window, step, sample) }
    case .add(let own):
      for sample in 0..<samples { add(own, step, sample) }
    case .reorder(let order):
      for sample in 0..<samples { reorder(order, step, sample) }
    case .pad:
      for sample in 0..<samples { pad(step, sample) }
    default:
      for sample in 0..<samples { carryOutWide(step, sample) }
    }
  }

  @inline(__always)
  func origin(_ tensor: Int) -> Int { plan.places[tensor].layout.origin }

  private func linear(_ own: tolsey_layer, _ step: Plan.Step) {
    var layer = own
    layer.x = UnsafePointer(address(step.inputs.0, 0))
    layer.out = UnsafeMutableRawPointer(address(step.output, 0))
    layer.columns = samples
    layer.column_step = plan.places[step.inputs.0].stride
    layer.out_column_step = plan.places[step.output].stride
    if let partner, layer.isWorthSplitting {
      partner.halve(layer, kernel)
    } else {
      kernel.run(&layer)
    }
  }

  private func requantise(
    _ rounding: PackedRounding, _ each: Int, _ step: Plan.Step, _ sample: Int
  ) {
    let from = plan.places[step.inputs.0].layout
    let to = plan.places[step.output].layout
    let sums = UnsafeRawPointer(address(step.inputs.0, sample))
      .assumingMemoryBound(to: Int32.self)
    let out = address(step.output, sample) + to.origin
    if each > 0 {  // channels lie outermost
      for at in 0..<from.count { out[at] = rounding.round(sums[at], at / each) }
    } else {
      for line in 0..<from.height {
        kernel.round(
          sums + line * from.width * from.channels, rows: from.width, channels: from.channels,
          rounding, to: out + line * to.lineBytes, step: to.channels)
      }
    }
  }

  private func add(_ own: ResidualAdd, _ step: Plan.Step, _ sample: Int) {
    let a = address(step.inputs.0, sample)
    let b = address(step.inputs.1, sample)
    let out = address(step.output, sample)
    let shift = Int64(own.shift)
    let half = Int64(1) &<< (shift &- 1)
    let (left, right) = (Int64(own.left), Int64(own.right))
    let zeroA = Int64(plan.places[step.inputs.0].layout.offset)
    let zeroB = Int64(plan.places[step.inputs.1].layout.offset)
    let offset = Int64(plan.places[step.output].layout.offset)
    for at in 0..<plan.places[step.output].layout.count {
      let sum = (Int64(a[at]) &- zeroA) &* left &+ (Int64(b[at]) &- zeroB) &* right
      let value = (sum &+ half) &>> shift &+ offset
      out[at] = UInt8(truncatingIfNeeded: value < 0 ? 0 : value > 255 ? 255 : value)
    }
  }

  private func reorder(_ order: UnsafePointer<Int32>, _ step: Plan.Step, _ sample: Int) {
    let x = address(step.inputs.0, sample)
    let out = address(step.output, sample)
    let layout = plan.places[step.output].layout
    if layout.element == .int32 {
      let from = UnsafeRawPointer(x).assumingMemoryBound(to: Int32.self)
      let to = UnsafeMutableRawPointer(out).assumingMemoryBound(to: Int32.self)
      for at in 0..<layout.count { to[at] = from[Int(order[at])] }
    } else {
      for at in 0..<layout.count { out[at] = x[Int(order[at])] }
    }
  }

  /// The pads are there since the memory was made.
  private func pad(_ step: Plan.Step, _ sample: Int) {
    let x = address(step.inputs.0, sample)
    let to = plan.places[step.output].layout
    let out = address(step.output, sample) + to.origin
    let line = to.width * to.placeBytes
    for row in 0..<to.height {
      (out + row * to.lineBytes).update(from: x + row * line, count: line)
    }
  }
}

// MARK: - Pools

extension Plan.Run {
  private func maxPool(_ window: Window, _ step: Plan.Step, _ sample: Int) {
    let x = address(step.inputs.0, sample)
    let from = plan.places[step.inputs.0].layout
    let to = plan.places[step.output].layout
    let out = address(step.output, sample) + to.origin
    for row in 0..<to.height {
      let top = row * window.strideY - window.top
      let ys = max(0, top)..<min(from.height, top + window.height)
      for column in 0..<to.width {
        let left = column * window.strideX - window.left
        let zs = max(0, left)..<min(from.width, left + window.width)
        let own = out + row * to.lineBytes + column * to.channels
        var channel = 0
        while channel < to.channels {
          let greatest = greatest(x + channel, from, ys, zs)
          let left = UnsafeMutableRawPointer(own + channel)
          if channel + 16 <= to.channels {
            left.storeBytes(of: greatest, as: SIMD16<UInt8>.self)
          } else if channel + 8 == to.channels {
            left.storeBytes(of: greatest.lowHalf, as: SIMD8<UInt8>.self)
          } else {
            for lane in 0..<to.channels - channel { own[channel + lane] = greatest[lane] }
          }
          channel += 16
        }
      }
    }
  }

  /// The greatest of sixteen neighbouring channels; what lies behind the last one is read too.
  @inline(__always)
  private func greatest(
    _ x: UnsafePointer<UInt8>, _ from: TensorLayout, _ ys: Range<Int>, _ zs: Range<Int>
  ) -> SIMD16<UInt8> {
    var greatest = SIMD16<UInt8>(repeating: 0)
    for y in ys {
      for z in zs {
        let at = UnsafeRawPointer(x + (y * from.width + z) * from.channels)
        let own = at.loadUnaligned(as: SIMD16<UInt8>.self)
        greatest.replace(with: own, where: own .> greatest)
      }
    }
    return greatest
  }
}
