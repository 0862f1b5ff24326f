// Where pieces of a page are written: memory that is filled from one end, and never changed behind.

import Glibc

/// Some memory of one thread, filled from its start.
///
/// A page is thousands of small pieces, and to ask the system for memory for each of them costs
/// more than to write it. Here a piece begins where the last one ended. What was written is never
/// written again: a piece that wants to grow does so in place only where nothing was written behind
/// it, and only on the thread to which the canvas belongs. So pieces are values, which may be
/// copied, kept and read on any thread; each keeps the canvas that it lies on.
final class Canvas: @unchecked Sendable {
  private let memory: UnsafeMutablePointer<UInt8>
  private let capacity: Int
  private let thread = pthread_self()
  /// How much is written: behind a pointer, for a check of exclusive access at every letter would
  /// cost more than the letter. Only the canvas's own thread reads or writes it.
  private let fill: UnsafeMutablePointer<Int>

  /// Most pieces of a page lie on a few of these.
  private static let usual = 32 << 10

  init(capacity: Int) {
    memory = .allocate(capacity: capacity)
    fill = .allocate(capacity: 1)
    fill.initialize(to: 0)
    self.capacity = capacity
  }

  deinit {
    memory.deallocate()
    fill.deallocate()
  }

  /// Where the next piece begins.
  var top: UnsafePointer<UInt8> { UnsafePointer(memory + fill.pointee) }

  /// Writes behind what ends at `end`, if that is the last that was written and there is room.
  func extend(_ end: UnsafePointer<UInt8>, _ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    guard thread == pthread_self() else { return false }
    let filled = fill.pointee
    guard end == UnsafePointer(memory + filled), count <= capacity - filled else { return false }
    memcpy(memory + filled, bytes, count)
    fill.pointee = filled + count
    return true
  }

  // MARK: - The canvas of a thread

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    // Without a key every piece gets a canvas of its own, which is slow and nothing else.
    guard pthread_key_create(&key, { Canvas.leave($0) }) == 0 else { return .max }
    return key
  }()

  private static func leave(_ canvas: UnsafeMutableRawPointer?) {
    if let canvas { Unmanaged<Canvas>.fromOpaque(canvas).release() }
  }

  /// The canvas on which this thread writes, with room for so many bytes.
  static func current(room: Int) -> Canvas {
    if let known = pthread_getspecific(key) {
      let canvas = Unmanaged<Canvas>.fromOpaque(known).takeUnretainedValue()
      if canvas.capacity - canvas.fill.pointee >= room { return canvas }
      leave(known)
    }
    let made = Canvas(capacity: max(usual, room))
    let kept = Unmanaged.passRetained(made)
    if pthread_setspecific(key, kept.toOpaque()) != 0 { kept.release() }
    return made
  }
}
