// A run that hands out every tensor: what a dispute opens, at nearly the speed of a plain run.

import Graphs

extension Program {
  /// Runs one sample and hands out the canonical bytes of each tensor as soon as it is there:
  /// 0 is the input, n + 1 the result of node n. The bytes are the callee's until it returns.
  func trace<E: Error>(
    _ input: UnsafePointer<UInt8>, _ body: (Int, UnsafeRawBufferPointer) throws(E) -> Void
  ) throws(E) {
    let memory = tracedMemory.take { traced.memory(behind: traced.mostCanonicalBytes) }
    defer { tracedMemory.put(memory) }
    let scratch = memory.bytes + traced.byteCount
    let run = Plan.Run(
      plan: traced, kernel: kernel, base: memory.bytes, samples: 1, partner: nil)
    traced.places[0].layout.store(input, at: run.address(0, 0))
    try body(0, UnsafeRawBufferPointer(start: input, count: traced.places[0].layout.count))
    var done = 0
    var last: UnsafeMutablePointer<UInt8>?
    for (node, end) in traced.stepEnds.enumerated() {
      let layout = traced.places[node + 1].canonical
      let own = run.address(node + 1, 0)
      // A reshape that took no step has the bytes of the tensor before it.
      let isThere = done == end && last == own
      run(done..<end)
      done = end
      last = own
      if !layout.isCanonical && !isThere { layout.load(own, to: scratch) }
      let bytes = UnsafeRawBufferPointer(
        start: layout.isCanonical ? own : scratch, count: layout.byteCount)
      try body(node + 1, bytes)
    }
  }
}
