// The fast executor: two plans of one graph, bit-equal to it, and the memory of their runs.

import Graphs
import Synchronization

/// A graph prepared to run. It never changes, so that any number of tasks may run it.
final class Program: Sendable {
  let kernel: LayerKernel
  /// The plan for outputs alone, and the one that keeps every tensor.
  let fast: Plan
  let traced: Plan
  /// Multiply–adds and comparisons of one sample.
  private let work: UInt64
  let fastMemory = Shelf()
  let tracedMemory = Shelf()

  static let mostBatch = Plan.mostBatch
  /// Less work than this is done sooner than a second thread can be told of it.
  private static let leastSharedWork: UInt64 = 1 << 20

  init(_ graph: Graph, _ weights: [LayerWeights], kernel: LayerKernel = .best) {
    self.kernel = kernel
    (fast, traced) = PlanBuilder.plans(graph, weights)
    work = graph.work
  }

  /// Runs samples that lie one after the other.
  func run(_ input: [UInt8], count: Int, threads: Int = 1) -> [Int32] {
    let total = fast.places[fast.output].layout.count * count
    return [Int32](unsafeUninitializedCapacity: total) { out, filled in
      input.withUnsafeBufferPointer { input in
        guard let from = input.baseAddress, let to = out.baseAddress else { return }
        run(from, count: count, threads: threads, to: to)
      }
      filled = total
    }
  }

  /// The same from and to memory of the caller, which is all that a run touches.
  func run(
    _ input: UnsafePointer<UInt8>, count: Int, threads: Int,
    to out: UnsafeMutablePointer<Int32>
  ) {
    let isShared = threads > 1 && work &* UInt64(count) >= Self.leastSharedWork
    guard isShared, let partner = Partner.shared else {
      return runPart(input, 0..<count, nil, to: out)
    }
    guard count > 1 else { return runPart(input, 0..<count, partner, to: out) }
    fastMemory.reserve(2) { fast.memory() }
    // Two halves of a batch, or as many batches as there are.
    let size = min(fast.batch, (count + 1) / 2)
    let job = Job(
      program: Unmanaged.passUnretained(self), input: input, count: count,
      size: size, out: out)
    withUnsafePointer(to: job) { job in
      partner.share((count + size - 1) / size, job) { job, piece in
        let job = job.assumingMemoryBound(to: Job.self).pointee
        let first = piece * job.size
        job.program._withUnsafeGuaranteedRef {
          $0.runPart(job.input, first..<min(first + job.size, job.count), nil, to: job.out)
        }
      }
    }
  }

  /// What two threads are told of a run.
  private struct Job {
    let program: Unmanaged<Program>
    let input: UnsafePointer<UInt8>
    let count: Int
    let size: Int
    let out: UnsafeMutablePointer<Int32>
  }

  /// Runs some of the samples, batch after batch, on the calling thread.
  private func runPart(
    _ input: UnsafePointer<UInt8>, _ range: Range<Int>, _ partner: Partner?,
    to out: UnsafeMutablePointer<Int32>
  ) {
    let memory = fastMemory.take { fast.memory() }
    let from = fast.places[0].layout
    let to = fast.places[fast.output].canonical
    var first = range.lowerBound
    while first < range.upperBound {
      let samples = min(fast.batch, range.upperBound - first)
      let run = Plan.Run(
        plan: fast, kernel: kernel, base: memory.bytes, samples: samples, partner: partner)
      for sample in 0..<samples {
        from.store(input + (first + sample) * from.count, at: run.address(0, sample))
      }
      run(0..<fast.steps.count)
      for sample in 0..<samples {
        to.load(run.address(fast.output, sample), to: out + (first + sample) * to.count)
      }
      first += samples
    }
    fastMemory.put(memory)
  }
}

/// Memory that no run uses at the moment.
final class Shelf: Sendable {
  private struct Pieces {
    var free: [AlignedBytes] = []
    var made = 0
  }

  private let pieces = Mutex(Pieces())

  /// How many pieces there are, in use or not.
  var made: Int { pieces.withLock { $0.made } }

  /// A piece that lies here, or a new one.
  func take(_ make: () -> AlignedBytes) -> AlignedBytes {
    if let free = pieces.withLock({ $0.free.popLast() }) { return free }
    pieces.withLock { $0.made += 1 }
    return make()
  }

  func put(_ piece: AlignedBytes) { pieces.withLock { $0.free.append(piece) } }

  /// Makes pieces until there are so many, so that a thread that joins late finds its own.
  func reserve(_ count: Int, _ make: () -> AlignedBytes) {
    for _ in made..<max(made, count) {
      pieces.withLock { $0.made += 1 }
      put(make())
    }
  }
}
