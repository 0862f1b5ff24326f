// The program that labels in somebody's place: what it is told, what it may answer, how it is run.

import Agents
import Foundation
import Glibc
import Labels
import Market
import Primitives
import Synchronization
import Workers

/// The program's side of a batch: lines in, lines out.
enum LabelProgram {
  /// The question, then the items. What an item says is data on a pipe, never a word of a command.
  static func input(_ task: LabelTask) -> [UInt8] {
    let head: JSONValue = [
      "question": .string(task.spec.question),
      "choices": .array(task.spec.choices.map { .string($0) }),
    ]
    let lines = task.items.enumerated().map { place, item -> String in
      let content: JSONValue.Member =
        item.media == LabelMedia.text.rawValue
        ? .init(name: "text", value: .string(String(decoding: item.body, as: UTF8.self)))
        : .init(name: "data", value: .string(Data(item.body).base64EncodedString()))
      return JSONValue.object([
        .init(name: "item", value: .integer(Int64(place + 1))),
        .init(name: "media", value: .string(item.media)), content,
      ]).text
    }
    return Array(([head.text] + lines).map { $0 + "\n" }.joined().utf8)
  }

  /// A line for each item, a choice's name or nothing.
  static func answers(in text: [UInt8], to spec: LabelsSpec) throws -> [UInt8] {
    // By bytes: to a string CR and LF together are one letter.
    var lines = text.split(separator: 0x0a, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    guard lines.count == Int(clamping: spec.items) else {
      throw Failure(
        .refused, code: "badProgram", "it wrote \(lines.count) lines for \(spec.items) items")
    }
    return try lines.enumerated().map { place, line in
      let name = line.last == 0x0d ? line.dropLast() : line
      if name.isEmpty { return 0 }
      guard let choice = spec.choices.firstIndex(where: { $0.utf8.elementsEqual(name) })
      else {
        throw Failure(
          .refused, code: "badProgram", "line \(place + 1) names none of the choices")
      }
      return UInt8(choice + 1)
    }
  }
}

/// A shell command that reads bytes and writes bytes, and has so long for it.
///
/// It has a group of its own: its time being over ends whatever it has started, too, and a ctrl-c
/// that is meant for us does not end it in the middle.
struct ShellRun: Sendable {
  static let mostBytes = 1 << 20

  let command: String
  let input: [UInt8]
  let seconds: UInt64

  /// What it wrote. It waits on a thread of its own, so that nobody else has to.
  func output() async throws -> [UInt8] {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try run() }) }
    }
  }

  private static func failed(_ why: String) -> Failure {
    Failure(.refused, code: "badProgram", why)
  }

  private func run() throws -> [UInt8] {
    // A program that stops reading closes the pipe, which is its own affair.
    signal(SIGPIPE, SIG_IGN)
    let (process, ours, theirs) = try begin()
    defer { close(theirs) }
    let deadline = ContinuousClock.now + .seconds(seconds)
    let bytes = talk(ours, theirs, until: deadline)
    let status = wait(for: process, until: deadline)
    guard let bytes, let status else { throw Self.failed("it took more than \(seconds) s") }
    guard status == 0 else { throw Self.failed("it ended with \(status >> 8 & 255)") }
    guard bytes.count <= Self.mostBytes else {
      throw Self.failed("it wrote more than \(Self.mostBytes) bytes")
    }
    return bytes
  }

  /// One at a time: a child that began in between would hold the ends of another's pipes.
  private static let beginning = Mutex(())

  /// The program, where it reads, and where it writes.
  private func begin() throws -> (process: pid_t, ours: Int32, theirs: Int32) {
    try Self.beginning.withLock { _ in
      var (input, output): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
      let isPiped = pipe(&input) == 0 && pipe(&output) == 0
      for end in input + output where end >= 0 { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      let process = isPiped ? spawn(input[0], output[1]) : nil
      for end in [input[0], output[1]] where end >= 0 { close(end) }
      guard let process else {
        for end in [input[1], output[0]] where end >= 0 { close(end) }
        throw Self.failed("it could not be started")
      }
      return (process, input[1], output[0])
    }
  }

  private func spawn(_ childIn: Int32, _ childOut: Int32) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, childIn, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, childOut, STDOUT_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Signals that this process ignores end the program as usual.
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))
    let said: [String] = ["sh", "-c", command]
    var words = said.map { strdup($0) } + [nil]
    var surroundings = Self.environment.map { strdup($0) } + [nil]
    defer { for word in words + surroundings { free(word) } }
    var process: pid_t = 0
    let done = posix_spawn(&process, "/bin/sh", &actions, &attributes, &words, &surroundings)
    return done == 0 ? process : nil
  }

  /// What the program is told of its surroundings: nothing of ours, neither which key signs nor
  /// where keys lie. It reads what strangers wrote, and what it reads may ask it for them.
  private static var environment: [String] {
    var found: [String] = []
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if !text.hasPrefix("TOLSEY_") { found.append(text) }
      next += 1
    }
    return found
  }

  /// Writes and reads side by side until it has closed its end; nil where its time is over first.
  private func talk(
    _ ours: Int32, _ theirs: Int32, until deadline: ContinuousClock.Instant
  ) -> [UInt8]? {
    _ = fcntl(ours, F_SETFL, O_NONBLOCK)
    var rest = input[...]
    var isOpen = true
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    defer { if isOpen { close(ours) } }
    while ContinuousClock.now < deadline {
      if isOpen, rest.isEmpty {
        close(ours)
        isOpen = false
      }
      var wanted = [
        pollfd(fd: theirs, events: Int16(POLLIN), revents: 0),
        pollfd(fd: isOpen ? ours : -1, events: Int16(POLLOUT), revents: 0),
      ]
      guard poll(&wanted, 2, 100) > 0 else { continue }
      if wanted[1].revents != 0 {
        let count = rest.withUnsafeBytes { write(ours, $0.baseAddress, $0.count) }
        if count > 0 { rest = rest.dropFirst(count) }
        if count < 0, errno != EAGAIN, errno != EINTR { rest = [] }
      }
      guard wanted[0].revents != 0 else { continue }
      let count = read(theirs, &part, part.count)
      if count == 0 { return bytes }
      // What is too much is read on, so that the program comes to its end.
      if count > 0, bytes.count <= Self.mostBytes { bytes += part[..<count] }
    }
    return nil
  }

  /// The status with which it ended; nil where its time is over first, and it was ended.
  private func wait(for process: pid_t, until deadline: ContinuousClock.Instant) -> Int32? {
    var status: Int32 = 0
    while ContinuousClock.now < deadline {
      if waitpid(process, &status, WNOHANG) == process { return status }
      usleep(2_000)
    }
    kill(-process, SIGKILL)
    waitpid(process, &status, 0)
    return nil
  }
}
