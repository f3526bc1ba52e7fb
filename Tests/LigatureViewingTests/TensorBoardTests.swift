import Foundation
import LigatureLayers
import LigatureNetworks
import LigatureTensors
import LigatureTraining
import Testing

@testable import LigatureViewing

/// Event files, read by a plain reader of the format here, and by TensorBoard's own where a Python
/// has it (`LIGATURE_PYTHON`).
@Suite("Event files for TensorBoard")
struct TensorBoardTests {
  private static let python = ProcessInfo.processInfo.environment["LIGATURE_PYTHON"]

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "board-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  /// CRC-32C bit by bit, by its definition.
  private func checksum(_ bytes: Data) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
    }
    return ~sum
  }

  private func number(_ bytes: Data, _ start: Int, _ count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(bytes[bytes.startIndex + start + $1]) << UInt64(8 * $1) }
  }

  /// The events of all files in a folder, whose sums are checked.
  private func events(in folder: URL) throws -> [Data] {
    var found: [Data] = []
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    for name in names {
      #expect(name.hasPrefix("events.out.tfevents."))
      var rest = try Data(contentsOf: folder.appending(path: name))
      while !rest.isEmpty {
        let length = Int(number(rest, 0, 8))
        func isMasked(_ sum: UInt64, _ bytes: Data) -> Bool {
          let plain = checksum(bytes)
          return sum == UInt64((plain >> 15 | plain << 17) &+ 0xA282_EAD8)
        }
        #expect(isMasked(number(rest, 8, 4), Data(rest.prefix(8))))
        let event = Data(rest.dropFirst(12).prefix(length))
        #expect(isMasked(number(rest, 12 + length, 4), event))
        found.append(event)
        rest = Data(rest.dropFirst(16 + length))
      }
    }
    return found
  }

  @Test("CRC-32C is that of RFC 3720's examples")
  func examples() {
    #expect(checksum(Data(repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(checksum(Data(repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(checksum(Data(0..<32)) == 0x46DD_794E)
  }

  private func written(to folder: URL) throws {
    let board = try TensorBoardWriter(in: folder)
    for step in 1...5 { try board.scalar("loss", 1 / Double(step), step: step) }
    try board.scalar("broken", .nan, step: 1)
    try board.histogram("weights", Tensor((0..<60).map { Double($0) }), step: 2)
    try board.histogram("equal", Tensor([3.0, 3, 3]), step: 2)
    try board.histogram(
      "huge", Tensor([-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude]), step: 2)
    try board.histogram("nothing", Tensor([Double.nan, .infinity]), step: 2)
    try board.image("grey", Tensor([0, 0.5, 1, 2, -1, .nan], shape: [2, 3]), step: 3)
    try board.image("coloured", Tensor([1, 0, 0, 0, 0, 1] as [Float], shape: [1, 2, 3]), step: 3)
    let shared = FullyConnected(4)
    try board.graph(
      Network(input: Layout("BC", [nil, 4])) {
        shared.named("once")
        Network {
          ReLU().named("rectifier")
          FullyConnected(4).named("ü and more")
        }.named("inner")
        shared.named("twice")
      })
  }

  @Test("have a first event of their version, sums that are right, and what was written")
  func records() throws {
    try withFolder { folder in
      try written(to: folder)
      let events = try events(in: folder)
      #expect(events.count == 1 + 5 + 1 + 3 + 2 + 1)
      #expect(events[0].contains(Data("brain.Event:2".utf8)))
      // Time of wall clocks, step 4 by its key, and a summary of tag "loss" and 0.25.
      let fourth = events[4]
      #expect(fourth[0] == 9 && fourth[9] == 16 && fourth[10] == 4 && fourth[11] == 42)
      #expect(fourth.suffix(5) == Data([0x15, 0, 0, 0x80, 0x3E]))
      // Another writer adds a file of its own.
      try TensorBoardWriter(in: folder).scalar("loss", 2, step: 6)
      #expect(try self.events(in: folder).count == events.count + 2)
    }
  }

  @Test("cannot hold pictures of other shapes, and say so")
  func pictures() throws {
    try withFolder { folder in
      let board = try TensorBoardWriter(in: folder)
      for shape in [[4], [0, 4], [4, 4, 2], [1, 2, 2, 3], [9000, 1]] {
        let error = #expect(throws: TensorError.self) {
          try board.image("x", .zeros(shape), step: 1)
        }
        #expect(error?.problem == "a picture of shape \(shape) cannot be shown")
      }
    }
    let file = FileManager.default.temporaryDirectory.appending(path: "board-\(UUID())")
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(throws: (any Error).self) { try TensorBoardWriter(in: file) }
  }

  private func training(_ folder: URL) throws -> TrainingRun {
    var stream = RandomStream(seed: 2)
    let x = try stream.normal([12, 3])
    let data = try TrainingData(x, targets: x * 2)
    let network = try Network(input: Layout("BC", [nil, 3])) { FullyConnected(3).named("only") }
    let options = TrainingOptions(
      epochs: 3, batchSize: 4, metrics: [.rmse], validation: data,
      logs: [.tensorBoard(in: folder)])
    let run = try TrainingRun(network, on: data, loss: .meanSquaredError, options: options)
    while try run.step() != nil {}
    return run
  }

  @Test("are written by a training, one that goes on hides what came behind, and none ends it")
  func log() throws {
    try withFolder { folder in
      let run = try training(folder)
      // Version, graph; three numbers a step, three of validation and metrics and two learnables an
      // epoch.
      #expect(try events(in: folder).count == 2 + 9 * 3 + 3 * (2 + 1 + 2))
      let options = TrainingOptions(
        epochs: 4, batchSize: 4, metrics: [.rmse], logs: [.tensorBoard(in: folder)])
      var stream = RandomStream(seed: 2)
      let x = try stream.normal([12, 3])
      let data = try TrainingData(x, targets: x * 2)
      let next = try TrainingRun(
        run.network, on: data, loss: .meanSquaredError, options: options)
      try next.resume(from: run.state)
      while try next.step() != nil {}
      let all = try events(in: folder)
      let restart = try #require(
        all.first { $0.count > 9 && $0[9] == 16 && $0.suffix(4) == Data([58, 2, 8, 1]) })
      #expect(restart[10] == 10)
    }
    let file = FileManager.default.temporaryDirectory.appending(path: "board-\(UUID())")
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let run = try training(file)
    #expect(run.iteration == 9)
  }

  @Test("are read by TensorBoard as they were written", .enabled(if: python != nil))
  func reader() throws {
    try withFolder { folder in
      try written(to: folder)
      let script = """
        import sys
        try:
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        except ImportError:
            print("none"); sys.exit()
        events = EventAccumulator(sys.argv[1], size_guidance={"histograms": 0, "images": 0})
        events.Reload()
        print([(e.step, round(e.value, 6)) for e in events.Scalars("loss")])
        def numbers(h):
            return (h.min, h.max, h.num, h.sum, h.sum_squares, len(h.bucket), sum(h.bucket))
        for tag in ["weights", "equal"]:
            print(numbers(events.Histograms(tag)[0].histogram_value))
        print(events.Histograms("huge")[0].histogram_value.num, sorted(events.Tags()["histograms"]))
        for tag in ["grey", "coloured"]:
            image = events.Images(tag)[0]
            print(image.step, image.width, image.height, image.encoded_image_string[:4])
        graph = events.Graph()
        for node in graph.node:
            print(node.name, node.op, list(node.input))
        names = {node.name for node in graph.node}
        print(all(i.lstrip("^") in names for node in graph.node for i in node.input))
        """
      let process = Process()
      process.executableURL = URL(filePath: try #require(Self.python))
      process.arguments = ["-c", script, folder.path]
      let pipe = Pipe()
      process.standardOutput = pipe
      process.standardError = FileHandle.nullDevice
      try process.run()
      let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      guard output != "none\n" else { return }
      #expect(
        output == """
          [(1, 1.0), (2, 0.5), (3, 0.333333), (4, 0.25), (5, 0.2)]
          (0.0, 59.0, 60.0, 1770.0, 70210.0, 30, 60.0)
          (3.0, 3.0, 3.0, 9.0, 27.0, 1, 3.0)
          2.0 ['equal', 'huge', 'weights']
          3 3 2 b'\\x89PNG'
          3 2 1 b'\\x89PNG'
          input port []
          once FullyConnected ['input']
          inner/in Network ['once']
          inner/out Identity ['inner/n__and_more']
          inner/rectifier ReLU ['inner/in']
          inner/n__and_more FullyConnected ['inner/rectifier']
          twice FullyConnected ['inner/out', '^once']
          True

          """)
    }
  }
}
