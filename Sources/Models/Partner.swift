// One more thread, which waits awake for a while so that short work can be shared with it.

import CKernels
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// How a thread is named and begun, which systems spell in two ways.
private enum Thread {
  #if canImport(Darwin)
  static var none: pthread_t? { nil }
  static let body: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? = {
    Partner.serve($0)
  }
  #else
  static var none: pthread_t { pthread_t() }
  static let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    $0.flatMap { Partner.serve($0) }
  }
  #endif
}

/// The second of two threads.
///
/// Work is a number of pieces that both take in turn. Whoever shares it begins at once and never
/// waits for a thread that has not begun: a partner that sleeps or was put aside by the system
/// costs nothing. While one task shares work, others do theirs alone.
final class Partner: @unchecked Sendable {
  /// The partner of this process, started when it is first wanted; nil where none can be had.
  static let shared: Partner? = Partner.started()

  /// What is done with one piece; the pointer is the sharer's own.
  typealias Work = @Sendable (UnsafeRawPointer, Int) -> Void

  private enum State {
    static let idle = 0
    static let open = 1
    static let entered = 2
    static let left = 3
  }

  private let state = Atomic<Int>(State.idle)
  private let next = Atomic<Int>(0)
  private let isTaken = Atomic<Bool>(false)
  private let isAsleep = Atomic<Bool>(false)
  /// Written by the sharer before it opens the work, read by the partner after.
  private var pieces = 0
  private var job: UnsafeRawPointer?
  private var work: Work?
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let bell: UnsafeMutablePointer<pthread_cond_t>

  /// How often a partner looks for work before it sleeps: some tens of microseconds.
  private static let patience = 1_000

  private init() {
    lock = .allocate(capacity: 1)
    bell = .allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
    pthread_cond_init(bell, nil)
  }

  private static func started() -> Partner? {
    guard sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1 else { return nil }
    let partner = Partner()
    // The thread lives as long as the process, and so does its partner.
    let own = Unmanaged.passRetained(partner)
    var thread = Thread.none
    let made = pthread_create(&thread, nil, Thread.body, own.toOpaque())
    guard made == 0 else {
      own.release()
      return nil
    }
    return partner
  }

  /// What a new thread does.
  fileprivate static func serve(_ own: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<Partner>.fromOpaque(own).takeUnretainedValue().serve()
  }

  /// Does all pieces, with the partner's help where it is free and awake.
  func share(_ pieces: Int, _ job: UnsafeRawPointer, _ work: @escaping Work) {
    guard pieces > 1,
      isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else {
      for piece in 0..<pieces { work(job, piece) }
      return
    }
    self.pieces = pieces
    self.job = job
    self.work = work
    next.store(0, ordering: .relaxed)
    state.store(State.open, ordering: .sequentiallyConsistent)
    if isAsleep.load(ordering: .sequentiallyConsistent) { wake() }
    takePieces(pieces, job, work)
    let isAlone = state.compareExchange(
      expected: State.open, desired: State.idle, ordering: .acquiringAndReleasing
    ).exchanged
    if !isAlone {
      var looks = 0
      while state.load(ordering: .acquiring) != State.left { Self.pause(&looks) }
      state.store(State.idle, ordering: .relaxed)
    }
    isTaken.store(false, ordering: .releasing)
  }

  @inline(__always)
  private func takePieces(_ pieces: Int, _ job: UnsafeRawPointer, _ work: Work) {
    while true {
      let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard piece < pieces else { return }
      work(job, piece)
    }
  }

  /// The partner's own thread.
  private func serve() -> Never {
    while true {
      var looks = 0
      while state.load(ordering: .relaxed) != State.open {
        if looks < Self.patience { Self.pause(&looks) } else { sleep() }
      }
      guard
        state.compareExchange(
          expected: State.open, desired: State.entered, ordering: .acquiring
        ).exchanged, let job, let work
      else { continue }
      takePieces(pieces, job, work)
      state.store(State.left, ordering: .releasing)
    }
  }

  /// Sleeps until there is work.
  private func sleep() {
    pthread_mutex_lock(lock)
    isAsleep.store(true, ordering: .sequentiallyConsistent)
    while state.load(ordering: .sequentiallyConsistent) != State.open {
      pthread_cond_wait(bell, lock)
    }
    isAsleep.store(false, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(lock)
  }

  private func wake() {
    pthread_mutex_lock(lock)
    pthread_cond_signal(bell)
    pthread_mutex_unlock(lock)
  }

  /// Waits a moment; after many, lets others run, since the other thread may want this core.
  @inline(__always)
  private static func pause(_ looks: inout Int) {
    looks += 1
    tolsey_pause()
    if looks % 512 == 0 { sched_yield() }
  }
}

extension tolsey_layer {
  /// Whether half of the weights takes longer to read than the other thread to answer.
  var isWorthSplitting: Bool { (end_output + 15) / 16 * segments * groups * 64 >= 1 << 17 }
}

extension Partner {
  private struct Halves {
    let layer: tolsey_layer
    let kernel: LayerKernel
  }

  /// Carries out one layer, each thread half of the outputs.
  func halve(_ layer: tolsey_layer, _ kernel: LayerKernel) {
    withUnsafePointer(to: Halves(layer: layer, kernel: kernel)) { halves in
      share(2, halves) { job, piece in
        let halves = job.assumingMemoryBound(to: Halves.self).pointee
        var own = halves.layer
        let middle = (own.end_output / 2 + 15) / 16 * 16
        if piece == 0 { own.end_output = middle } else { own.first_output = middle }
        halves.kernel.run(&own)
      }
    }
  }
}
