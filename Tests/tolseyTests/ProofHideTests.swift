// Hidden weights at the console: each proof spends an opening, whatever happens to the counter.

import Foundation
import Graphs
import Models
import Primitives
import Proofs
import Testing
import Workers

@testable import tolsey

@Suite struct ProofHideTests {
  private let hiddenLayers = [LayerWeights(matrix: [1, -2, 3, 4, 5, 6, -7, 8], bias: [1, -1])]

  private func hiddenModel(_ layers: [LayerWeights]) throws -> Model {
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([4])),
      nodes: [Node(.linear(Linear(outputs: 2, biasBound: 1)), [0])])
    let scale = try Scale(mantissa: 1 << 30, exponent: 30)
    return try Model(
      Manifest(
        graph: graph, inputScale: scale, outputScale: scale, readout: .plain,
        report: AccuracyReport(),
        commitments: [try WeightTiles.commitment(to: layers, of: graph)]), layers)
  }

  /// A folder with a model, an input for it, and its weights hidden.
  private func withHidden<T>(
    budget: Int = 3, _ body: (String) async throws -> T
  ) async throws -> T {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("hidden-\(UUID().uuidString)").path
    try LocalFile.makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try LocalFile.write(try hiddenModel(hiddenLayers).save(), to: folder + "/model")
    try LocalFile.write(
      Array("{\"input_data\": [[1, 2, 3, 4]]}".utf8), to: folder + "/input.json")
    let data = try await done(
      "proof.hide/1", "hide", folder + "/model", "--budget", "\(budget)", "--folder",
      folder + "/vault")
    #expect(data["left"]?.uint64 == UInt64(budget))
    return try await body(folder)
  }

  /// What a command says when it has done what it was asked.
  @discardableResult
  private func done(_ schema: String, _ words: String...) async throws -> JSONValue {
    let person = Recorder()
    #expect(await person.run(["proof"] + words + ["--json"]) == .done, "\(words)")
    let data = try #require(try JSONValue(parsing: person.out)["data"])
    #expect(try #require(DataSchemas.proofs[schema]).fault(in: data) == nil)
    return data
  }

  private func refused(_ words: String...) async throws -> String? {
    let person = Recorder()
    #expect(await person.run(["proof"] + words + ["--json"]) != .done, "\(words)")
    return try JSONValue(parsing: person.out)["errors"]?.array?.first?["code"]?.string
  }

  private func words(_ folder: String, vault: String = "vault", hide: String = "weights")
    -> [String]
  {
    [
      folder + "/model", "--input", folder + "/input.json", "--level", "private", "--hide", hide,
      "--folder", "\(folder)/\(vault)", "--out", folder + "/proof",
    ]
  }

  /// Makes a proof and gives its index and epoch.
  private func prove(
    _ folder: String, vault: String = "vault", hide: String = "weights", links: [String] = []
  ) async throws -> WeightOpening {
    let person = Recorder()
    let words = words(folder, vault: vault, hide: hide)
    #expect(await person.run(["proof", "make"] + words + ["--json"]) == .done)
    let made = try #require(try JSONValue(parsing: person.out)["data"])
    #expect(try #require(DataSchemas.proofs["proof.make/1"]).fault(in: made) == nil)
    let judged = Recorder()
    let verify = ["proof", "verify", folder + "/proof", "--json"]
    #expect(await judged.run(verify + links.flatMap { ["--recommitment", $0] }) == .done)
    let data = try #require(try JSONValue(parsing: judged.out)["data"])
    #expect(try #require(DataSchemas.proofs["proof.verify/1"]).fault(in: data) == nil)
    #expect(data["model"] == made["model"])
    let recommitments = try links.map { try Recommitment(bytes: try LocalFile.read($0)) }
    let run = try Proof.verify(
      bytes: try LocalFile.read(folder + "/proof"), recommitments: recommitments)
    let hides = try Hiding.named(hide)
    #expect(run.hides == hides)
    #expect(data["opening"]?["index"]?.uint64 == run.opening?.index)
    return try #require(run.opening)
  }

  @Test func eachProofSpendsAnOpening() async throws {
    try await withHidden { folder async throws in
      #expect(try await prove(folder).index == 0)
      #expect(try await prove(folder, hide: "input,weights").index == 1)
      #expect(try await prove(folder).index == 2)
      let spent = Recorder()
      #expect(await spent.run(["proof", "make"] + words(folder) + ["--json"]) != .done)
      #expect(spent.out.contains("budgetSpent"))
    }
  }

  /// What could not be written anyway spends nothing: no opening, no grant, no root.
  @Test func aPlaceThatIsNoneSpendsNothing() async throws {
    try await withHidden { folder async throws in
      let vault = ["--folder", folder + "/vault"]
      for (out, code) in [
        (folder + "/none/file", "noFolder"), (folder, "isFolder"),
        (folder + "/model/file", "badPath"),
      ] {
        for command in [
          ["make"] + words(folder).dropLast(), ["share", folder + "/model", "--openings", "1"],
          ["recommit", folder + "/model"], ["register", folder + "/model"],
        ] {
          let own = command[0] == "make" ? command + [out] : command + vault + ["--out", out]
          let person = Recorder()
          #expect(await person.run(["proof"] + own + ["--json"]) == .usage)
          let said = try JSONValue(parsing: person.out)["errors"]?.array?.first?["code"]
          #expect(said?.string == code, "\(own)")
          #expect(try OpeningsFile(path: folder + "/vault/openings-0").state.range.left == 3)
        }
      }
      // Nor does it leave half a file.
      #expect(try LocalFile.names(in: folder) == ["input.json", "model", "vault"])
      #expect(try await prove(folder).index == 0)
    }
  }

  /// The id survives; what was left is given up; the old root is closed for good.
  @Test func aNewBudget() async throws {
    try await withHidden { folder async throws in
      #expect(try await prove(folder).index == 0)
      let first = try Proof.verify(bytes: try LocalFile.read(folder + "/proof"))
      let old = OpeningsFile(path: folder + "/vault/openings-0")
      let data = try await done(
        "proof.recommit/1", "recommit", folder + "/model", "--folder", folder + "/vault", "--out",
        folder + "/link")
      #expect(data["hidden"]?.string == first.model.description)
      #expect(try old.state.range.left == 0)
      let root = try old.state.root
      #expect(throws: Refusal("budgetSpent", ["budget": 1])) { try old.spend(of: root) }
      let opening = try await prove(folder, links: [folder + "/link"])
      #expect(opening.epoch == 1 && opening.index == 0)
      #expect(opening.root != first.opening?.root)
      #expect(try await refused("verify", folder + "/proof") == "proofFails")
      try await done(
        "proof.recommit/1", "recommit", folder + "/model", "--folder", folder + "/vault", "--out",
        folder + "/second")
      let links = [folder + "/link", folder + "/second"]
      #expect(try await prove(folder, links: links).epoch == 2)
      let run = try Proof.verify(
        bytes: try LocalFile.read(folder + "/proof"),
        recommitments: try links.map { try Recommitment(bytes: try LocalFile.read($0)) })
      #expect(run.model == first.model)
    }
  }

  /// Without the last epoch's counter its budget would be counted again.
  @Test func aSuccessorThatWasTakenAway() async throws {
    try await withHidden { folder async throws in
      func recommit(_ out: String) -> [String] {
        ["recommit", folder + "/model", "--folder", folder + "/vault", "--out", folder + out]
      }
      let person = Recorder()
      #expect(await person.run(["proof"] + recommit("/link")) == .done)
      #expect(try await prove(folder, links: [folder + "/link"]).epoch == 1)
      remove(folder + "/vault/openings-1")
      for command in [["make"] + words(folder), recommit("/again")] {
        let person = Recorder()
        #expect(await person.run(["proof"] + command + ["--json"]) != .done)
        #expect(person.out.contains("openingsMoved"))
      }
      #expect(!LocalFile.exists(folder + "/again"))
      #expect(!LocalFile.exists(folder + "/vault/openings-1"))
    }
  }

  /// A counter, and its marks.
  private func remove(_ path: String) {
    try? FileManager.default.removeItem(atPath: path)
    try? FileManager.default.removeItem(atPath: path + ".d")
  }

  /// It died before the mark was made: whoever opens the vault makes it.
  @Test func theSuccessorIsMarkedLater() async throws {
    try await withHidden { folder async throws in
      try await done(
        "proof.recommit/1", "recommit", folder + "/model", "--folder", folder + "/vault", "--out",
        folder + "/link")
      let mark = folder + "/vault/openings-0.d/next"
      try FileManager.default.removeItem(atPath: mark)
      #expect(try await prove(folder, links: [folder + "/link"]).epoch == 1)
      #expect(LocalFile.exists(mark))
    }
  }

  /// A model of the same graph: its weights are refused before anything is given up.
  @Test func otherWeightsCloseNothing() async throws {
    try await withHidden { folder async throws in
      var layers = hiddenLayers
      layers[0].matrix[0] += 1
      try LocalFile.write(try hiddenModel(layers).save(), to: folder + "/other")
      #expect(
        try await refused(
          "recommit", folder + "/other", "--folder", folder + "/vault", "--out", folder + "/link")
          == "otherWeights")
      #expect(!LocalFile.exists(folder + "/link"))
      #expect(try OpeningsFile(path: folder + "/vault/openings-0").state.range.left == 3)
      #expect(try await prove(folder).index == 0)
    }
  }

  /// A file of another kind is named by its kind: it is not called worthless.
  @Test func oneFileForAnother() async throws {
    try await withHidden { folder async throws in
      _ = try await prove(folder)
      let vault = ["--folder", folder + "/vault", "--out"]
      for word in ["register", "recommit"] {
        let person = Recorder()
        #expect(
          await person.run(["proof", word, folder + "/model"] + vault + ["\(folder)/\(word)"])
            == .done)
      }
      let (proof, bytes, link) = (folder + "/proof", folder + "/register", folder + "/recommit")
      for (words, kind) in [
        (["verify", bytes], "a registration"),
        (["show", link], "a re-commitment"), (["verify", link], "a re-commitment"),
        (["verify", proof, "--registration", link], "a re-commitment"),
        (["verify", proof, "--registration", proof], "a proof"),
        (["verify", proof, "--recommitment", bytes], "a registration"),
        (["show", proof, "--recommitment", proof], "a proof"),
      ] {
        let person = Recorder()
        #expect(await person.run(["proof"] + words) == .unverified, "\(words)")
        #expect(person.err.contains(" is \(kind)"), "\(person.err)")
        #expect(!person.err.contains("it proves nothing"))
      }
      let reader = Recorder()
      #expect(await reader.run(["proof", "show", bytes]) == .done)
      #expect(reader.out.contains("bytes, with an error below"), "\(reader.out)")
      // What is none of them is.
      let person = Recorder()
      #expect(await person.run(["proof", "show", folder + "/input.json"]) == .unverified)
      #expect(person.err.contains("cannot be read") && person.err.contains("it proves nothing"))
    }
  }

  @Test func replicasShareNoOpening() async throws {
    try await withHidden(budget: 4) { folder async throws in
      #expect(try await prove(folder).index == 0)
      let data = try await done(
        "proof.share/1", "share", folder + "/model", "--openings", "2", "--folder",
        folder + "/vault", "--out", folder + "/grant")
      #expect(data["left"]?.uint64 == 1)
      try await done(
        "proof.hide/1", "hide", folder + "/model", "--grant", folder + "/grant", "--folder",
        folder + "/replica")
      let indices = [
        try await prove(folder).index, try await prove(folder, vault: "replica").index,
        try await prove(folder, vault: "replica").index,
      ]
      #expect(indices == [1, 2, 3])
      for vault in ["vault", "replica"] {
        let person = Recorder()
        #expect(
          await person.run(["proof", "make"] + words(folder, vault: vault) + ["--json"]) != .done)
        #expect(person.out.contains("budgetSpent"))
      }
      // Both would count the next budget from 0.
      #expect(
        try await refused(
          "recommit", folder + "/model", "--folder", folder + "/replica", "--out",
          folder + "/link") == "replica")
      #expect(
        try await refused(
          "share", folder + "/model", "--openings", "1", "--folder", folder + "/vault", "--out",
          folder + "/grant") == "budgetSpent")
    }
  }

  /// Who hid his weights does not show them by selling proofs of the same weights.
  @Test func hiddenWeightsAreNotSold() async throws {
    let model = try hiddenModel(hiddenLayers)
    try await withHidden { folder in
      let vaults = folder + "/hidden"
      #expect(throws: Never.self) { try ProofVault.requireNone(of: model, in: vaults) }
      try LocalFile.makeFolder(vaults)
      try await done(
        "proof.hide/1", "hide", folder + "/model", "--folder", "\(vaults)/\(model.id)")
      let codes = try [model, model.provable()].map { (form: Model) -> String? in
        #expect(throws: Failure.self) { try ProofVault.requireNone(of: form, in: vaults) }
        do { try ProofVault.requireNone(of: form, in: vaults) } catch {
          return (error as? Failure)?.code
        }
        return nil
      }
      #expect(codes == ["weightsWouldBeShown", "weightsWouldBeShown"])
      let other = try hiddenModel([LayerWeights(matrix: [8, 7, 6, 5, 4, 3, 2, 1], bias: [0, 1])])
      #expect(throws: Never.self) { try ProofVault.requireNone(of: other, in: vaults) }
    }
  }
}
