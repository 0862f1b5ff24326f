// How much time of the processor the calling thread has had: what a checker's work costs it.

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

enum ThreadClock {
  /// In nanoseconds, since the thread began.
  static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
