// Running a program: batches through the steps, canonical integers in and out.

import Graphs

extension Program {
  /// The memory of one run.
  struct Memory {
    let tensors: AlignedBytes
    let padded: AlignedBytes
    let sums: AlignedBytes
    /// How many samples lie beside each other.
    let count: Int
  }

  /// Runs samples that lie one after the other.
  func run(_ input: [UInt8], count: Int) -> [Int32] {
    let chunk = min(count, batch)
    let rows = max(mostRows, chunk)
    let memory = Memory(
      tensors: AlignedBytes(count: byteCount * chunk, isScratch: true),
      padded: AlignedBytes(count: paddedBytes, isScratch: true),
      sums: AlignedBytes(count: sumBytes(rows), isScratch: true), count: chunk)
    let inputSize = layouts[0].type.byteCount
    let outputSize = layouts[layouts.count - 1].type.shape.count
    return [Int32](unsafeUninitializedCapacity: outputSize * count) { out, filled in
      input.withUnsafeBufferPointer { input in
        var first = 0
        while first < count {
          let samples = min(chunk, count - first)
          for sample in 0..<samples {
            let from = input.baseAddress! + (first + sample) * inputSize
            place(from, at: address(0, sample, memory))
          }
          for step in steps { run(step, memory, samples) }
          for sample in 0..<samples {
            read(sample, memory, to: out.baseAddress! + (first + sample) * outputSize)
          }
          first += samples
        }
      }
      filled = outputSize * count
    }
  }

  /// The sums of one panel, whatever its number of rows.
  private func sumBytes(_ rows: Int) -> Int {
    64 * max(Self.panel(rows: 1), rows * Self.panel(rows: 2))
  }

  /// How many blocks of sixteen outputs the kernel does at once: what stays in registers.
  static func panel(rows: Int) -> Int { rows == 1 ? 12 : 3 }

  @inline(__always)
  func address(
    _ tensor: Int, _ sample: Int, _ memory: Memory
  ) -> UnsafeMutablePointer<UInt8> {
    memory.tensors.bytes + offsets[tensor] * memory.count + sample * layouts[tensor].stride
  }

  /// Stores one canonical input.
  private func place(_ from: UnsafePointer<UInt8>, at to: UnsafeMutablePointer<UInt8>) {
    let flip: UInt8 = layouts[0].offset == 0 ? 0 : 0x80
    let count = layouts[0].type.shape.count
    if let order = inputOrder {
      order.withUnsafeBufferPointer { order in
        for at in 0..<count { to[at] = from[Int(order[at])] ^ flip }
      }
    } else {
      for at in 0..<count { to[at] = from[at] ^ flip }
    }
  }

  /// Reads one canonical output.
  private func read(
    _ sample: Int, _ memory: Memory, to out: UnsafeMutablePointer<Int32>
  ) {
    let layout = layouts[layouts.count - 1]
    let from = address(layouts.count - 1, sample, memory)
    let words = UnsafeRawPointer(from).assumingMemoryBound(to: Int32.self)
    for at in 0..<layout.type.shape.count {
      let to = outputOrder.map { Int($0[at]) } ?? at
      out[to] = layout.type.element == .int32 ? words[at] : Int32(from[at]) - layout.offset
    }
  }

  private func run(_ placed: Placed, _ memory: Memory, _ samples: Int) {
    switch placed.step {
    case .linear(let layer, let epilogue):
      runLinear(layer, epilogue, placed, memory, samples)
    case .convolution(let layer, let own, let epilogue):
      for sample in 0..<samples {
        runConvolution(layer, own, epilogue, placed, memory, sample)
      }
    case .requantise(let rounding):
      for sample in 0..<samples { runRequantise(rounding, placed, memory, sample) }
    case .maxPool(let window):
      for sample in 0..<samples { runMaxPool(window, placed, memory, sample) }
    case .add(let own):
      for sample in 0..<samples { runAdd(own, placed, memory, sample) }
    case .reshape(let order):
      for sample in 0..<samples { runReshape(order, placed, memory, sample) }
    }
  }
}
