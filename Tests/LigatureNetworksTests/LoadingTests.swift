import LigatureFiles
import LigatureLayers
import LigatureTensors
import Testing

@testable import LigatureInterchange
@testable import LigatureNetworks

extension Network {
  fileprivate func initialized(for examples: [Tensor]) throws -> Network {
    try initialize(for: examples)
    return self
  }
}

@Suite("Loading a file into a network")
struct LoadingTests {
  /// Two shared layers and one of its own.
  private func network(seed: UInt64 = 0) throws -> Network {
    let shared = FullyConnected(3)
    return try Network(input: Layout("BC", [nil, 3]), seed: seed) {
      shared.named("a"); shared.named("b"); FullyConnected(2).named("c")
    }
  }

  private func file(
    _ tensors: [String: Tensor], _ metadata: [String: String] = [:]
  ) throws -> SafetensorsFile {
    try SafetensorsFile(
      bytes: SafetensorsFile.bytes(tensors, metadata: metadata), name: "test.safetensors")
  }

  private func problems(_ body: () throws -> Void) -> [LoadProblem] {
    do { try body() } catch let error as LoadError { return error.problems } catch {
      Issue.record("\(error)")
    }
    return []
  }

  @Test("that holds both names of a tie is fine if their values are equal")
  func equalTwins() throws {
    let network = try network()
    var tensors = try network.storedValues().tensors
    tensors["b/weights"] = try numbers([3, 3], seed: 5).cast(to: .float32)
    tensors["a/weights"] = tensors["b/weights"]
    try network.load(from: file(tensors))
    #expect(try network.parameter(at: "a/weights").value.isIdentical(to: tensors["b/weights"]!))
  }

  @Test("that holds two values for one tie is refused with both paths named, and nothing changes")
  func differentTwins() throws {
    let network = try network()
    var tensors = try network.storedValues().tensors
    let before = tensors
    tensors["b/weights"] = try tensors["a/weights"]! + 1
    tensors["c/bias"] = try tensors["c/bias"]! + 1
    let found = problems { _ = try network.load(from: file(tensors)) }
    #expect(found.map(\.kind) == [.contradictingTie])
    #expect(
      found.first?.description
        == "a/weights: the file has two different values for it, \"a/weights\" and \"b/weights\". "
        + "a/weights and b/weights are one learnable here: keep one of the two in the file.")
    for (path, tensor) in try network.storedValues().tensors {
      #expect(try tensor.isIdentical(to: before[path]!))
    }
  }

  @Test("finds a learnable under any of its paths")
  func alias() throws {
    let network = try network()
    var tensors = try network.storedValues().tensors
    tensors["b/weights"] = try tensors.removeValue(forKey: "a/weights")! * 2
    try network.load(from: file(tensors))
    #expect(try network.parameter(at: "a/weights").value.isIdentical(to: tensors["b/weights"]!))
  }

  @Test("reports everything that does not fit at once")
  func everything() throws {
    let network = try network()
    var tensors = try network.storedValues().tensors
    tensors["c/weights"] = try .zeros([2, 3])
    tensors["a/weights"] = nil
    tensors["d/weights"] = try .zeros([1])
    tensors["c/bias"] = try .zeros([7])
    let found = problems { _ = try network.load(from: file(tensors)) }
    #expect(found.map(\.kind) == [.missing, .unexpected, .misshaped, .misshaped])
    #expect(found.map(\.path) == ["a/weights", "d/weights", "c/bias", "c/weights"])
    #expect(found[2].problem == "expected [2], found [7] at \"c/bias\"")
    #expect(found[3].remedy.hasPrefix("It is transposed"))
  }

  @Test("loads what patterns choose, and leaves the rest")
  func partial() throws {
    let network = try network()
    let tensors = try network.storedValues().tensors.mapValues { try $0 + 1 }
    let before = try network.storedValues().tensors
    let report = try network.load(from: file(tensors), only: ["**/weights"], except: ["c/**"])
    #expect(report.loaded == ["a/weights"])
    #expect(report.leftOut == ["a/bias", "c/weights", "c/bias"])
    #expect(try network.parameter(at: "b/weights").value.isIdentical(to: tensors["a/weights"]!))
    #expect(try network.parameter(at: "c/bias").value.isIdentical(to: before["c/bias"]!))
  }

  @Test("a part of a file, whose other keys are none of its business")
  func part() throws {
    let network = try network()
    let tensors = try network.storedValues().tensors
    try network.load(
      from: file(["a/weights": tensors["a/weights"]!, "x": .zeros([2])]), only: ["*/weights"],
      except: ["c/*"])
    let found = problems {
      _ = try network.load(
        from: file(["a/weights": tensors["a/weights"]!, "z/weights": .zeros([2])]),
        only: ["*/weights"], except: ["c/*"])
    }
    #expect(found.map(\.kind) == [.unexpected])
  }

  @Test("of PyTorch is read by renaming, with matrices transposed")
  func renaming() throws {
    let network = Network {
      FullyConnected(2); BatchNormalization()
    }
    let tensors: [String: Tensor] = [
      "net.fc.weight": try Tensor([0, 1, 2, 3, 4, 5] as [Float], shape: [2, 3]),
      "net.fc.bias": Tensor([6, 7] as [Float]), "bn.weight": Tensor([1, 2] as [Float]),
      "bn.bias": Tensor([3, 4] as [Float]),
      "bn.running_mean": Tensor([5, 6] as [Float]), "bn.running_var": Tensor([7, 8] as [Float]),
      "bn.num_batches_tracked": try .scalar(0, .int64),
    ]
    let report = try network.load(
      from: file(tensors),
      renaming: [
        KeyRenaming(ignoring: "**.num_batches_tracked"),
        KeyRenaming("bn.running_mean", to: "batchNorm/mean"),
        KeyRenaming("bn.running_var", to: "batchNorm/variance"),
        KeyRenaming("bn.weight", to: "batchNorm/scale"),
        KeyRenaming("bn.bias", to: "batchNorm/offset"),
        KeyRenaming("net.**.weight", to: "**/weights", transposed: true),
        KeyRenaming("net.**.bias", to: "**/bias"),
      ])
    #expect(report.loaded.count == 6)
    #expect(try network.parameter(at: "fc/weights").value.doubles() == [0, 3, 1, 4, 2, 5])
    let x = Tensor([1, 0, 0] as [Float])
    let output = try network.predict(x.reshaped(to: [1, 3])).doubles()
    #expect(abs(output[0] - (1 / 7.00001.squareRoot() + 3)) < 1e-5)
  }

  @Test("refuses rules that turn what is no matrix, or give two keys one path")
  func badRules() throws {
    let network = try network()
    let found = problems {
      _ = try network.load(
        from: file(["x": Tensor([1, 2]), "y": Tensor([1, 2])]), only: ["c/bias"],
        renaming: [KeyRenaming("*", to: "c/bias", transposed: true)])
    }
    #expect(Set(found.map(\.kind)) == [.misshaped, .duplicateName])
  }

  @Test(
    "rules match names, runs, and nothing else",
    arguments: [
      ("*.weight", "*/weights", "fc.weight", "fc/weights"),
      ("*.weight", "*/weights", "a.fc.weight", nil),
      ("**.weight", "**/weights", "a.b.weight", "a/b/weights"),
      ("a.*.*.w", "*/x/*", "a.b.c.w", "b/x/c"),
      ("plain", "other", "plain", "other"), ("plain", "other", "plain2", nil),
      ("**", "m/**", "a.b", "m/a/b"), ("a**b**c", "**|**", "abbc", "b|"),
    ] as [(String, String, String, String?)])
  func rules(_ row: (pattern: String, to: String, key: String, expected: String?)) {
    let found = KeyRenaming(row.pattern, to: row.to).applied(to: row.key)
    #expect(found == row.expected.map { .path($0) })
  }

  @Test("converts numbers to the network's type, and says so")
  func conversion() throws {
    let network = try network()
    var tensors = try network.storedValues().tensors
    tensors["c/bias"] = Tensor([0.1, 0.2] as [Double])
    let report = try network.load(from: file(tensors))
    #expect(report.converted == ["c/bias"])
    #expect(try network.parameter(at: "c/bias").value.scalars() == [0.1, 0.2] as [Float])
  }

  @Test("gives a network without values all of them, lists and states included")
  func uninitialized() throws {
    func make() -> Network {
      Network {
        WeightTyingAutoEncoderLayer(
          encoder: [FullyConnected(4), BatchNormalization(), FullyConnected(2)])
      }
    }
    let x = try numbers([5, 3]).cast(to: .float32)
    let network = make()
    try network.initialize(for: [x])
    for learnable in network.learnables {
      try learnable.parameter.set(learnable.parameter.value + 0.25)
    }
    _ = try valueAndGradients(of: network) { try network(x, in: $0).sum() }
    let restored = make()
    try restored.load(
      from: file(network.storedValues().tensors, NetworkMetadata(network.storedValues()).strings))
    #expect(!restored.hasDeferred)
    #expect(restored.learnables.map(\.path) == network.learnables.map(\.path))
    #expect(try restored.predict(x).isIdentical(to: network.predict(x)))
    let strange = make()
    var tensors = try network.storedValues().tensors
    tensors["autoencoder/decoderBiases/9"] = Tensor([1])
    #expect(problems { _ = try strange.load(from: file(tensors)) }.isEmpty == false)
    #expect(!strange.learnables.contains { !$0.parameter.isDeferred })
    #expect(strange.learnables.filter { $0.path.contains("decoderBiases") }.count == 1)
  }

  @Test("refuses patterns that name nothing, and changes nothing")
  func unknownPatterns() throws {
    let (network, saved) = (try network(seed: 1), try network(seed: 2))
    let before = network.parameters.map(\.value)
    let file = try SafetensorsFile(bytes: saved.savedBytes(), name: "test")
    for text in [
      message { try network.load(from: file, only: ["encodr/**"]) },
      message { try network.load(from: file, except: ["**/encodr"]) },
    ] {
      #expect(text.contains("no learnable, state or layer has a path like this"), "\(text)")
    }
    for (value, parameter) in zip(before, network.parameters) {
      #expect(try parameter.value.isIdentical(to: value))
    }
    try network.load(from: file, only: ["c/*"], except: ["**/bias"])
  }

  @Test("that has nothing to do with the network is told in a hundred lines")
  func manyProblems() throws {
    var tensors: [String: Tensor] = [:]
    for number in 0..<12_000 { tensors["unknown\(number)"] = try .zeros([0]) }
    let network = try network()
    do {
      try network.load(from: file(tensors))
      Issue.record("a file of unknown tensors was loaded")
    } catch let error as LoadError {
      #expect(error.problems.count == 10_000 && error.omitted == 2_004)
      #expect(error.description.split(separator: "\n").count == 102)
      #expect(error.description.hasSuffix("  and 11904 more"))
    }
  }

  @Test("for layers of another size, before they have values, is found when they run")
  func otherSizes() throws {
    let saved = Network {
      FullyConnected(7).named("fc"); LSTM(3, .last).named("lstm")
    }
    let bytes = try Network {
      FullyConnected(7).named("fc")
    }.initialized(for: [.zeros([1, 4])]).savedBytes(architecture: false)
    let other = Network { FullyConnected(4).named("fc") }
    try other.load(from: SafetensorsFile(bytes: bytes, name: "test"))
    #expect(
      message { try other.predict(.zeros([1, 4])) }
        == "fc: has weights [4, 7], and 4 outputs. "
        + "Give weights [inputs, 4], or make it FullyConnected(7).")
    try saved.initialize(for: [.zeros([1, 2, 4])])
    let wide = Network {
      FullyConnected(7).named("fc"); LSTM(5, .last).named("lstm")
    }
    try wide.load(
      from: SafetensorsFile(bytes: saved.savedBytes(architecture: false), name: "test"))
    #expect(
      message { try wide.predict(.zeros([1, 2, 4])) }.hasPrefix(
        "lstm: has recurrent weights [3, 12], and 5 hidden units."))
  }

  @Test("that ties what the network does not is refused, unless that is wanted")
  func declaredTies() throws {
    let tied = try network()
    let bytes = try tied.savedBytes()
    let saved = try SafetensorsFile(bytes: bytes, name: "test.safetensors")
    let untied = try Network(input: Layout("BC", [nil, 3])) {
      FullyConnected(3).named("a"); FullyConnected(3).named("b"); FullyConnected(2).named("c")
    }
    let found = problems { _ = try untied.load(from: saved) }
    #expect(found.map(\.kind) == [.differentTie, .differentTie])
    #expect(found[0].description.contains("ties it to \"b/bias\", which is another learnable here"))
    try untied.load(from: saved, verifyingTies: false)
    let x = try numbers([2, 3]).cast(to: .float32)
    #expect(try untied.predict(x).isIdentical(to: tied.predict(x)))
  }

  @Test("keeps what each use of a layer remembers, and in which order")
  func states() throws {
    let part = Network { BatchNormalization(statistics: .perUse) }
    func make() -> Network {
      Network { Refined(part: part) }
    }
    let network = make()
    let x = try numbers([4, 3]).cast(to: .float32)
    _ = try network.predict(x)
    for _ in 0..<3 { _ = try valueAndGradients(of: network) { try network(x, in: $0).sum() } }
    let restored = try Network(
      SafetensorsFile(bytes: network.savedBytes(), name: "test"),
      registry: .builtIn.adding(Refined.self))
    #expect(try restored.predict(x).isIdentical(to: network.predict(x)))
    let contents = network.uniqueStates.map { $0.slot.contents }
    let found = restored.uniqueStates.map { $0.slot.contents }
    #expect(contents[0].byUse.count == 2)
    for (one, other) in zip(contents, found) {
      #expect(one.first == other.first && one.byUse.keys.sorted() == other.byUse.keys.sorted())
      #expect(try one.initial.isIdentical(to: other.initial))
      for (use, value) in one.byUse { #expect(try value.isIdentical(to: other.byUse[use]!)) }
    }
  }

  struct Refined: CustomLayer, Codable {
    @Learnable var part: Network
    init(part: Network) { self.part = part }
    func predict(_ x: Tensor, in context: Context) throws -> Tensor {
      try part(part(x, in: context) * 2 + 1, in: context)
    }
  }
}
