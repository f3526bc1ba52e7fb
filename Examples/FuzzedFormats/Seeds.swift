import Foundation
import Ligature

/// Small files that are whole.
enum Seeds {
  static func bytes(_ write: (URL) throws -> Void) throws -> [UInt8] {
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

  /// Recurrent layers, with states that were carried, and several ports.
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
    [
      "a,b\n1,2\n-3.5e2,.25\n", "\u{feff}\"day;\"\"one\"\"\";x\r\n\"1\";2.5\r\n", "t\tv\n0\t1e3\n",
      "sep=;\n;x;y;\n0;1.00000005960464477539;2;\n", "x,y\n\"r1\",1,2\n\"r2\",3,4\n",
    ].map { Array($0.utf8) }
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

  /// MAT-files of level 5 with doubles, bytes that stand for doubles, and cells in a structure.
  static func mat() -> [[UInt8]] {
    func element(_ code: UInt32, _ data: [UInt8]) -> [UInt8] {
      little(code) + little(UInt32(data.count)) + data
        + [UInt8](repeating: 0, count: (8 - data.count % 8) % 8)
    }
    func variable(
      _ name: String, _ size: [Int32], kind: UInt32 = 6, _ data: [UInt8]
    ) -> [UInt8] {
      element(
        14,
        element(6, little(kind) + little(UInt32(0))) + element(5, size.flatMap { little($0) })
          + element(1, Array(name.utf8)) + data)
    }
    let head =
      Array("MATLAB 5.0 MAT-file".utf8) + [UInt8](repeating: 32, count: 97)
      + [UInt8](repeating: 0, count: 8) + [0, 1, 0x49, 0x4D]
    let doubles = element(9, (1...6).flatMap { little(Double($0).bitPattern) })
    let plain =
      head + variable("x", [2, 3], doubles) + variable("labels", [4, 1], element(2, [1, 2, 3, 4]))
    let cells = variable("", [2, 1], kind: 1, variable("", [2, 3], doubles) + element(14, []))
    let fields = element(5, little(UInt32(2))) + element(1, Array("c\u{0}n\u{0}".utf8))
    let nested =
      head
      + variable(
        "s", [1, 1], kind: 2, fields + cells + variable("", [1, 4], element(2, [1, 2, 3, 4])))
      + variable("x", [2, 1], kind: 1, variable("", [2, 3], doubles) + element(14, []))
    // Without zlib it is refused, damaged or not.
    let packed = head + element(15, compressedVariable)
    let isReadable = (try? MATFile(bytes: packed, name: "seed").tensor("x")) != nil
    return [plain, nested] + (isReadable ? [packed] : [])
  }

  static func idx() -> [[UInt8]] {
    let plain: [[UInt8]] = [
      [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 1, 2, 3, 4],
      [0, 0, 0x0D, 1, 0, 0, 0, 1, 0x3F, 0x80, 0, 0],
    ]
    let isReadable = (try? IDXFile(bytes: compressedImages, name: "seed").tensor()) != nil
    return plain + (isReadable ? [compressedImages] : [])
  }

  /// The first of the plain ones, as gzip packs it.
  private static let compressedImages: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x63, 0x60, 0xE0, 0x60,
    0x66, 0x60, 0x60, 0x60, 0x82, 0x62, 0x46, 0x46, 0x26, 0x66, 0x16, 0x00, 0xA9, 0xFE,
    0xAC, 0xAF, 0x14, 0x00, 0x00, 0x00,
  ]

  /// The variable x of a MAT-file, as zlib packs it.
  private static let compressedVariable: [UInt8] = [
    0x78, 0xDA, 0xE3, 0x63, 0x60, 0x60, 0xC8, 0x00, 0x62, 0x36, 0x20, 0xE6, 0x80, 0xD2,
    0x20, 0xC0, 0x0A, 0xE5, 0x33, 0x01, 0x31, 0x33, 0x10, 0x33, 0x42, 0x71, 0x05, 0x54,
    0x9E, 0x13, 0x88, 0x0D, 0x18, 0x60, 0xE0, 0x83, 0x3D, 0x94, 0xE1, 0x00, 0xA1, 0x38,
    0xA0, 0xB4, 0x00, 0x94, 0x16, 0x81, 0xD2, 0x12, 0x0E, 0x00, 0xB3, 0xFF, 0x04, 0x03,
  ]
}
