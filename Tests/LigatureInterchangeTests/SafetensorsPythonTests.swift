import Foundation
import LigatureLayers
import LigatureNetworks
import LigatureTensors
import Testing

@testable import LigatureInterchange

/// Set `LIGATURE_PYTHON` to a Python that has numpy and safetensors to run this.
@Suite("Safetensors files in Python")
struct SafetensorsPythonTests {
  private static let python = ProcessInfo.processInfo.environment["LIGATURE_PYTHON"]

  @Test("are read as they were written", .enabled(if: python != nil))
  func read() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    let shared = FullyConnected(weights: try Tensor([1, 2, 3, 4] as [Float], shape: [2, 2]))
    let network = Network {
      shared.named("größe"); shared.named("b"); BatchNormalization()
    }
    try network.initialize(for: [.zeros([3, 2])])
    try network.save(to: url, metadata: ["note": "\"quoted\"\n"])
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.python))
    process.arguments = [
      URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Reference/read_safetensors.py").path, url.path,
    ]
    process.environment = ["PYTHONIOENCODING": "utf-8"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let printed = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(
      printed == """
        ['ligature', 'ligature.architecture', 'ligature.ties', 'ligature.transforms', 'note']
        batchNorm/mean float32 [2] [0.0, 0.0]
        batchNorm/offset float32 [2] [0.0, 0.0]
        batchNorm/scale float32 [2] [1.0, 1.0]
        batchNorm/variance float32 [2] [1.0, 1.0]
        größe/weights float32 [2, 2] [1.0, 2.0, 3.0, 4.0]

        """)
  }
}
