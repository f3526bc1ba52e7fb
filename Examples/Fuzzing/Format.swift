import Foundation
import Ligature

/// A format, whole files of it to damage, and its reader.
struct Format {
  let name: String
  let seeds: [[UInt8]]
  /// Reads everything that a file holds.
  let read: ([UInt8]) throws -> Void

  /// Every format that the package reads.
  static func all() throws -> [Format] {
    [
      Format(name: "safetensors", seeds: try Seeds.safetensors()) { bytes in
        let file = try SafetensorsFile(bytes: bytes, name: "damaged")
        for name in file.names { _ = try? file.tensor(named: name) }
        for name in file.names { _ = try file.tensor(named: name) }
      },
      Format(name: "network", seeds: try Seeds.networks()) { bytes in
        let network = try Network(SafetensorsFile(bytes: bytes, name: "damaged"))
        // What a network says of itself must bear whatever was read.
        _ = network.description
        _ = network.ties
        _ = try network.copy()
        // Without values, a claimed size is memory that the network's user asks for.
        guard !network.hasDeferred else { return }
        for shape in [[2, 3], [2, 2, 2, 1], [2, 3, 2]] { _ = try? network.predict(.ones(shape)) }
      },
      Format(name: "architecture", seeds: try Seeds.architectures()) { text in
        let network = try Network(
          SafetensorsFile(bytes: Seeds.file(architecture: text), name: "damaged"))
        _ = network.description
        _ = try network.copy()
      },
      Format(name: "values", seeds: [try Seeds.networks()[1]]) { bytes in
        let file = try SafetensorsFile(bytes: bytes, name: "damaged")
        try Seeds.tied().load(
          from: file, except: ["**/bias"],
          renaming: [KeyRenaming("**.weight", to: "**/weights", transposed: true)])
      },
      Format(name: "MAT", seeds: Seeds.mat()) { bytes in
        let file = try MATFile(bytes: bytes, name: "damaged")
        for variable in file.variables { _ = try? file.tensor(variable.name) }
        for variable in file.variables { _ = try file.array(variable.name, as: Int64.self) }
      },
      Format(name: "IDX", seeds: Seeds.idx()) { bytes in
        _ = try IDXFile(bytes: bytes, name: "damaged").tensor()
      },
      Format(name: "CSV", seeds: Seeds.csv()) { bytes in
        let file = try CSVFile(bytes: bytes, name: "damaged")
        for name in file.columnNames { _ = try? file.tensor([name], as: Float.self) }
        _ = try file.tensor(file.columnNames, as: Double.self)
      },
    ]
  }
}

/// Small files that are whole.
enum Seeds {
  private static func bytes(_ write: (URL) throws -> Void) throws -> [UInt8] {
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try write(url)
    return Array(try Data(contentsOf: url))
  }

  static func safetensors() throws -> [[UInt8]] {
    try [
      bytes { try SafetensorsFile.write([:], to: $0) },
      bytes {
        try SafetensorsFile.write(
          [
            "a": Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]), "b": Tensor([-1.5]),
            "c": Tensor([7, 8] as [Int32]), "d": Tensor([9, 10, 11] as [UInt8]),
            "e": .zeros([0, 3]), "f": .scalar(1, .int64),
          ], metadata: ["note": "a \"sample\"\n\u{1}ü"], to: $0)
      },
    ]
  }

  /// Two places of one layer, an autoencoder, and states.
  static func tied() throws -> Network {
    let shared = FullyConnected(3)
    return try Network(input: Layout("BC", [nil, 3])) {
      shared.named("a")
      shared.shared().named("b")
      WeightTyingAutoEncoderLayer(encoder: [FullyConnected(2), BatchNormalization()])
    }
  }

  static func networks() throws -> [[UInt8]] {
    let graph = Network()
    let image = try graph.add(ImageInput([2, 2, 1], normalization: .zScore))
    try graph.add(Flatten(), named: "flat")
    try graph.add(FullyConnected(4, bias: false), named: "fc")
    try graph.add(Addition(2), named: "sum")
    try graph.add(
      Network {
        LayerNormalization(); Dropout(0.5); Reshape([2, 2])
      }, named: "inner")
    try graph.connect([image, "flat", "fc", "sum/in1"])
    try graph.connect("flat", to: "sum/in2")
    try graph.connect("sum", to: "inner")
    try graph.initialize()
    let trained = try tied()
    let x = try Tensor([1, 2, 3, 4, 5, 7] as [Float], shape: [2, 3])
    _ = try valueAndGradients(of: trained) { context in try trained(x, in: context).sum() }
    return try [
      bytes { try graph.save(to: $0) }, bytes { try trained.save(to: $0) },
      bytes {
        try Network {
          ReLU(); Tanh(); FullyConnected(2)
        }.save(to: $0)
      },
      bytes { try wired().save(to: $0) }, bytes { try recurrent().save(to: $0) },
    ]
  }

  /// Learnables that are wired, through a layer and straight, and one that is an alias.
  static func wired() throws -> Network {
    let network = Network()
    try network.addInput("x", Layout("BC", [nil, 3]))
    for name in ["a", "b", "c", "d"] { try network.add(FullyConnected(3), named: name) }
    try network.add(Permute([1, 0]), named: "turn")
    try network.connect(["x", "a", "b", "c", "d"])
    try network.connect("a/weights", to: "turn")
    try network.connect("turn", to: "b/weights")
    try network.connect("a/bias", to: "c/bias")
    try network.tie("d/weights", to: "c/weights", transform: .transpose)
    try network.initialize()
    return network
  }

  /// Recurrent layers, with states that were carried, and ports dealt out.
  static func recurrent() throws -> Network {
    let network = Network()
    try network.addInput("x", Layout("BTC", [nil, nil, 2]))
    try network.add(CommonLSTMLayer(hiddenUnits: 2, outputs: 2), named: "lstm")
    try network.add(Concatenation(2), named: "both")
    try network.add(
      Network {
        Bidirectional(GRU(2)); LSTM(2, options: RecurrentOptions(carriesState: true))
      }, named: "inner")
    try network.connect("x", to: "lstm")
    for number in 1...2 { try network.connect("lstm/out\(number)", to: "both/in\(number)") }
    try network.connect("both", to: "inner")
    try network.initialize()
    let x = try Tensor.ones([2, 3, 2])
    _ = try valueAndGradients(of: network) { context in try network(x, in: context).sum() }
    return network
  }

  /// Columns in each way that they are written.
  static func csv() -> [[UInt8]] {
    ["a,b\n1,2\n-3.5e2,.25\n", "\u{feff}\"day;\"\"one\"\"\";x\r\n\"1\";2.5\r\n", "t\tv\n0\t1e3\n"]
      .map { Array($0.utf8) }
  }

  /// The JSON in which networks without values say what their layers are.
  static func architectures() throws -> [[UInt8]] {
    let shared = FullyConnected(3)
    let chain = Network {
      shared.named("a")
      Network {
        shared.shared().named("b"); BatchNormalization()
      }.named("inner")
      WeightTyingAutoEncoderLayer(encoder: [FullyConnected(2), GELU()])
    }
    let graph = Network()
    try graph.addInput("x", Layout("BSSC", [nil, 2, 2, 1], .float64))
    for (layer, name) in [(Flatten(), "flat"), (Permute([0, 1]), "turn")] as [(any Layer, String)] {
      try graph.add(layer, named: name)
    }
    try graph.add(Concatenation(2, axis: 1), named: "both")
    try graph.connect(["x", "flat", "turn", "both/in1"])
    try graph.connect("flat", to: "both/in2")
    return try [chain, graph, wired(), recurrent()].map { network in
      let file = try bytes { try network.save(to: $0) }
      let text = try SafetensorsFile(bytes: file, name: "seed").metadata["ligature.architecture"]
      return Array((text ?? "").utf8)
    }
  }

  /// Learnables of the networks with wires and with recurrent layers.
  private static let wiredPaths: [String] = {
    let networks = [try? wired(), try? recurrent()]
    return networks.flatMap { ($0?.learnables ?? []).map(\.path) }
  }()

  /// A file without tensors around an architecture, in which every learnable is deferred.
  static func file(architecture: [UInt8]) throws -> [UInt8] {
    let learnables = ["a/weights", "a/bias", "inner/batchNorm/scale", "inner/batchNorm/offset"]
    let decoder = ["encoder/fc/weights", "encoder/fc/bias", "decoderBiases/1"]
    let states = ["inner/batchNorm/mean", "inner/batchNorm/variance"]
    let memories = ["lstm/network/lstm", "inner/lstm"].flatMap {
      [$0 + "/hidden", $0 + "/cellState"]
    }
    let directions = ["forwards", "backwards"].map { "inner/bidirectional/\($0)/hidden" }
    let deferred =
      learnables + decoder.map { "autoencoder/" + $0 } + states + memories + directions + wiredPaths
    let strings = [
      "ligature": "1", "ligature.architecture": String(decoding: architecture, as: UTF8.self),
      "ligature.deferred": "[\"\(deferred.joined(separator: "\",\""))\"]",
    ]
    let header = try JSONEncoder().encode(["__metadata__": strings])
    return little(UInt64(header.count)) + Array(header)
  }

  private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  /// A MAT-file of level 5 with two variables: doubles, and bytes that stand for doubles.
  static func mat() -> [[UInt8]] {
    func element(_ code: UInt32, _ data: [UInt8]) -> [UInt8] {
      little(code) + little(UInt32(data.count)) + data
        + [UInt8](repeating: 0, count: (8 - data.count % 8) % 8)
    }
    func variable(_ name: String, _ size: [Int32], _ data: [UInt8]) -> [UInt8] {
      element(
        14,
        element(6, little(UInt32(6)) + little(UInt32(0))) + element(5, size.flatMap { little($0) })
          + element(1, Array(name.utf8)) + data)
    }
    let head =
      Array("MATLAB 5.0 MAT-file".utf8) + [UInt8](repeating: 32, count: 97)
      + [UInt8](repeating: 0, count: 8) + [0, 1, 0x49, 0x4D]
    let doubles = element(9, (1...6).flatMap { little(Double($0).bitPattern) })
    return [
      head + variable("x", [2, 3], doubles) + variable("labels", [4, 1], element(2, [1, 2, 3, 4]))
    ]
  }

  static func idx() -> [[UInt8]] {
    [
      [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 1, 2, 3, 4],
      [0, 0, 0x0D, 1, 0, 0, 0, 1, 0x3F, 0x80, 0, 0],
    ]
  }
}
