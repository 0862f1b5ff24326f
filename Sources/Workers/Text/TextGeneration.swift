// Goes on with a text until enough is said, a stop is met, or nobody listens any more.

import Primitives

/// How a text is to go on.
public struct TextOptions: Sendable {
  public var most = 256
  public var temperature = 1.0
  public var topP = 1.0
  public var seed: UInt64 = 0
  /// The text ends before the first of these.
  public var stops: [String] = []

  public init() {}
}

/// Why it ended.
public enum TextEnd: Hashable, Sendable {
  /// As many symbols as were asked for.
  case length
  /// At a stop.
  case stop
}

/// What was made of a text.
public struct GeneratedText: Hashable, Sendable {
  public var end: TextEnd
  /// Runs of the model, one a symbol.
  public var symbols: Int
}

extension TextModel {
  /// - Parameters:
  ///   - ran: hears of every run, in order.
  ///   - emit: takes the text piece by piece. What may turn out to be the beginning of a stop is
  ///     kept back until it is known. What it throws ends the text.
  public func `continue`(
    _ prompt: String, _ options: TextOptions, ran: (TextRun) -> Void = { _ in },
    emit: (String) async throws -> Void
  ) async throws -> GeneratedText {
    var symbols = alphabet.encode(prompt)
    var sampler = Sampler(
      temperature: options.temperature, topP: options.topP, seed: options.seed)
    let stops = options.stops.filter { !$0.isEmpty }
    var held = ""
    for count in 0..<options.most {
      try Task.checkCancellation()
      // A run keeps a thread busy from end to end; who waits for one gets it between two of them.
      await Task.yield()
      let run = try run(after: symbols)
      ran(run)
      let symbol = UInt8(sampler.choose(run.result.floats))
      symbols.append(symbol)
      held.append(alphabet.decode(symbol))
      if let stop = stops.compactMap({ held.range(of: $0)?.lowerBound }).min() {
        if stop > held.startIndex { try await emit(String(held[..<stop])) }
        return GeneratedText(end: .stop, symbols: count + 1)
      }
      let safe = TextModel.safe(held, stops)
      if safe > 0 {
        try await emit(String(held.prefix(safe)))
        held.removeFirst(safe)
      }
      // The window moves on; what it left is not looked at again.
      if symbols.count > 4 * window { symbols.removeFirst(symbols.count - window) }
    }
    if !held.isEmpty { try await emit(held) }
    return GeneratedText(end: .length, symbols: options.most)
  }

  /// How many characters can be no part of a stop that is still to come.
  private static func safe(_ text: String, _ stops: [String]) -> Int {
    let longest = stops.map(\.count).max() ?? 0
    for kept in stride(from: min(longest - 1, text.count), to: 0, by: -1)
    where stops.contains(where: { $0.hasPrefix(String(text.suffix(kept))) }) {
      return text.count - kept
    }
    return text.count
  }
}
