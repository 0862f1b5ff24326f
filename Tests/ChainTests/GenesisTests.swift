// The genesis: its two forms, its hash, and what no network may begin with.

import Kernel
import Market
import Primitives
import Testing

@testable import Chain

@Suite struct GenesisTests {
  @Test func fileAndBytesMakeOneNetwork() throws {
    let genesis = Sample.genesis()
    let read = try Genesis(file: Array(genesis.file.utf8))
    #expect(read == genesis)
    #expect(read.network == genesis.network)
    #expect(try CBOR.decode(Genesis.self, from: genesis.encoded) == genesis)
    let squeezed = try Genesis(file: Array(genesis.json.text.utf8))
    #expect(squeezed.network == genesis.network)
  }

  @Test func everyFieldNamesAnotherNetwork() {
    let plain = Sample.genesis()
    let changes: [(inout Genesis) -> Void] = [
      { $0.chainId += 1 }, { $0.time = Time(1) }, { $0.operator = Sample.address("eve") },
      { $0.custodians.append(Sample.address("eve")) }, { $0.terms.take += 1 },
      { $0.assets[0].name = "EUR" }, { $0.funds[0].amount = Amount(1) },
      { $0.beacon = SHA256.hash([1]) }, { $0.anchor = SHA256.hash([1]) },
    ]
    var seen: Set = [plain.network]
    for change in changes {
      var other = plain
      change(&other)
      #expect(seen.insert(other.network).inserted)
      #expect(other.domain.separator != plain.domain.separator)
    }
  }

  @Test func refusesWhatNoNetworkCanRunOn() {
    func refusal(_ change: (inout Genesis) -> Void) -> Refusal? {
      var genesis = Sample.genesis()
      change(&genesis)
      do throws(Refusal) { try genesis.check() } catch { return error }
      return nil
    }
    #expect(refusal { _ in } == nil)
    #expect(refusal { $0.chainId = 0 } == .genesisLacks("chainId"))
    #expect(refusal { $0.operator = .zero } == .genesisLacks("operator"))
    #expect(refusal { $0.custodians = [] } == .genesisLacks("custodians"))
    #expect(refusal { $0.custodians += $0.custodians } == .genesisRepeats("custodians"))
    #expect(refusal { $0.beacon = .zero } == .genesisLacks("beacon"))
    #expect(refusal { $0.anchor = .zero } == .genesisLacks("anchor"))
    #expect(refusal { $0.assets = [] } == .genesisLacks("dollar"))
    #expect(refusal { $0.assets.append($0.assets[0]) } == .genesisRepeats("assets"))
    #expect(refusal { $0.funds.append($0.funds[0]) } == .genesisRepeats("funds"))
    #expect(refusal { $0.funds[0].asset = Asset(7) } == .unknownAsset(7))
    #expect(refusal { $0.funds[0].amount = .zero } == .genesisLacks("funds"))
    #expect(refusal { $0.terms.winner = 600_000 } != nil)
    #expect(refusal { $0.terms.tollBytes = 0 } != nil)
  }

  @Test func moneyBeyondCountingIsRefused() {
    var genesis = Sample.genesis()
    genesis.funds[0].amount = Amount(.max)
    #expect(throws: Refusal.overflow) { _ = try State(genesis).height }
  }

  @Test func newerFilesAreRefusedByNumber() throws {
    let text = Sample.genesis().file.replacing("\"format\": 1", with: "\"format\": 2")
    #expect(text.contains("\"format\": 2"))
    let wanted = Refusal("newerFormat", ["format": 2, "known": 1])
    #expect(throws: wanted) { try Genesis(file: Array(text.utf8)) }
    let withMore = text.replacing("\"chainId\"", with: "\"moons\": 3, \"chainId\"")
    #expect(throws: wanted) { try Genesis(file: Array(withMore.utf8)) }
    var bytes = Header().encoded
    #expect(bytes[1] == 1)
    bytes[1] = 2
    #expect(throws: wanted) { try CBOR.decode(Header.self, from: bytes) }
  }
}
