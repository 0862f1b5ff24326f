// `make bench`: runs every benchmark once, on one machine, and prints what came out.

import Foundation

@main
struct Benchmarks {
  static let all = [
    "micro", "transfers", "roads", "lists", "pages", "listeners", "court", "dispute", "growth",
    "program", "models", "proofs", "proved", "yuma", "epochs", "labels", "pay",
  ]

  static let usage = """
    usage: Benchmarks [--only NAME,…] [--json FILE] [--quick] [--roads COUNT]
                      [--program FILE] [--python FILE]
      names: \(all.joined(separator: ", "))
      --roads     roads of the store that pages are read from; 1000000 if not said
      --quick     a tenth of the work, to see that everything runs
      --program   the tolsey to start; .build/release/tolsey if not said
      --python    a Python with the packages of Benchmarks/peers; python3 if not said
    """

  static func main() {
    do { try run() } catch {
      FileHandle.standardError.write(Data("Benchmarks: error: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func run() throws {
    let options = try Options(CommandLine.arguments.dropFirst())
    if let size = options.fill {
      return try GrowthBenchmark(size: size, folder: options.folder).fill()
    }
    if let size = options.measure {
      let found = try GrowthBenchmark(size: size, folder: options.folder).measure()
      return FileHandle.standardOutput.write(try JSONSerialization.data(withJSONObject: found))
    }
    let report = Report()
    report.note(
      "\(Machine.processor), \(Machine.cores) cores, load \(Machine.load), \(Machine.date)")
    // One that fails takes no other's numbers with it.
    var failed: [String] = []
    for name in options.names {
      do { try run(name, options, report) } catch {
        report.note("\(name) failed: \(error)")
        failed.append(name)
      }
    }
    report.note("load at the end \(Machine.load)")
    if let file = options.json { try report.json.write(to: URL(fileURLWithPath: file)) }
    guard failed.isEmpty else {
      throw BenchmarkFailure(description: "failed: \(failed.joined(separator: ", "))")
    }
  }

  private static func run(_ name: String, _ options: Options, _ report: Report) throws {
    switch name {
    case "micro": try MicroBenchmark().run(report)
    case "transfers":
      var benchmark = TransferBenchmark()
      if options.isQuick { benchmark.blocks = 10 }
      try benchmark.run(report)
    case "roads":
      var benchmark = RoadBenchmark()
      if options.isQuick { benchmark.waves = 1 }
      try benchmark.run(report)
    case "lists":
      let sizes = options.isQuick ? [10_000] : ListingBenchmark.sizes
      let logged = ListingBenchmark.logged / (options.isQuick ? 10 : 1)
      try ListingBenchmark.run(report, sizes: sizes, logged: logged)
    case "pages":
      var benchmark = PagesBenchmark()
      if let roads = options.roads { benchmark.roads = roads }
      if options.isQuick { (benchmark.roads, benchmark.asked) = (20_000, 5_000) }
      try benchmark.run(report)
    case "listeners":
      var benchmark = ListenersBenchmark()
      if options.isQuick { (benchmark.listeners, benchmark.waves) = (200, 8) }
      try benchmark.run(report)
    case "court":
      var benchmark = CourtBenchmark(root: FileManager.default.currentDirectoryPath)
      if options.isQuick { (benchmark.disputes, benchmark.waves) = (100, 1) }
      try benchmark.run(report)
    case "dispute":
      try DisputeBenchmark(root: FileManager.default.currentDirectoryPath).run(report)
    case "growth":
      let sizes = options.isQuick ? [1_000, 10_000] : GrowthBenchmark.sizes
      try GrowthBenchmark.run(report, sizes: sizes)
    case "yuma", "epochs", "labels": try judge(name, options, report)
    case "pay":
      var benchmark = PayBenchmark(
        root: FileManager.default.currentDirectoryPath, python: options.python)
      if options.isQuick { (benchmark.asked, benchmark.open) = (1_000, 1_000) }
      try benchmark.run(report)
    case "program": try ProgramBenchmark(program: options.program).run(report)
    case "models":
      let root = FileManager.default.currentDirectoryPath
      var benchmark = ModelBenchmark(root: root, python: options.python)
      if options.isQuick { benchmark.rounds = 1 }
      try benchmark.run(report)
    case "proofs":
      var benchmark = ProofBenchmark(root: FileManager.default.currentDirectoryPath)
      if options.isQuick {
        (benchmark.rounds, benchmark.batches, benchmark.many) = (1, [1, 4], [1, 4])
        (benchmark.widths, benchmark.depths) = ([70, 223], [2, 4])
      }
      try benchmark.run(report)
    case "proved":
      var benchmark = ProvedBlockBenchmark(root: FileManager.default.currentDirectoryPath)
      if options.isQuick { benchmark.levels = [.succinct] }
      try benchmark.run(report)
    default: throw BenchmarkFailure(description: "no benchmark is named \(name)\n\(usage)")
    }
  }
}

extension Benchmarks {
  /// What the institutions and the jury compute.
  private static func judge(_ name: String, _ options: Options, _ report: Report) throws {
    if name == "epochs" {
      var benchmark = EpochsBenchmark()
      if options.isQuick { benchmark.rounds = 1 }
      return try benchmark.run(report)
    }
    guard name == "labels" else {
      var benchmark = YumaBenchmark(
        root: FileManager.default.currentDirectoryPath, python: options.python)
      if options.isQuick { benchmark.sizes = [(64, 1_000)] }
      return try benchmark.run(report)
    }
    var benchmark = LabelsBenchmark(
      root: FileManager.default.currentDirectoryPath, python: options.python)
    if options.isQuick { (benchmark.items, benchmark.rounds) = (10_000, 1) }
    try benchmark.run(report)
  }
}

/// The words of the command line.
struct Options {
  var names = Benchmarks.all
  var json: String?
  var isQuick = false
  var roads: Int?
  var program = FileManager.default.currentDirectoryPath + "/.build/release/tolsey"
  var python = "/usr/bin/python3"
  /// What a growth benchmark asks of its own process.
  var fill: Int?
  var measure: Int?
  var folder = ""

  init(_ words: ArraySlice<String>) throws {
    var words = words
    while let word = words.popFirst() {
      if word == "--quick" {
        isQuick = true
        continue
      }
      guard let value = words.popFirst() else {
        throw BenchmarkFailure(description: "\(word)?\n\(Benchmarks.usage)")
      }
      switch word {
      case "--only": names = value.split(separator: ",").map(String.init)
      case "--json": json = value
      case "--roads": roads = Int(value)
      case "--program": program = value
      case "--python": python = value
      case "--fill": fill = Int(value)
      case "--measure": measure = Int(value)
      case "--folder": folder = value
      default: throw BenchmarkFailure(description: "\(word)?\n\(Benchmarks.usage)")
      }
    }
  }
}
