import Foundation
import LigatureFiles
import LigatureTensors
import Testing

@testable import LigatureInterchange

/// Set `LIGATURE_PYTHON` to a Python that has scipy to run this.
@Suite("MAT files from SciPy")
struct MATPythonTests {
  private static let python = ProcessInfo.processInfo.environment["LIGATURE_PYTHON"]

  /// Whether there is a Python, and SciPy in it.
  private static let hasSciPy: Bool = {
    guard let python else { return false }
    let process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = ["-c", "import scipy.io"]
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  @Test("are read as they were written", .enabled(if: hasSciPy), arguments: [false, true])
  func read(compressed: Bool) throws {
    guard Zlib.shared != nil || !compressed else { return }
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).mat")
    defer { try? FileManager.default.removeItem(at: url) }
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.python))
    process.arguments = [
      URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Reference/write_mat.py").path, url.path,
      compressed ? "compressed" : "plain",
    ]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)

    let file = try MATFile(contentsOf: url)
    #expect(
      file.variables.map(\.description) == [
        "X: 2x3x4 double", "small: 1x3 int8", "flag: 1x2 logical", "text: 1x3 char",
        "sequences: 2x2 cell", "data: 1x1 struct", "sparse: 3x3 sparse", "z: 1x1 complex double",
        "empty: 0x3 double",
      ])
    #expect(try file.array("X", as: Double.self).values == (0..<24).map(Double.init))
    #expect(try file.array("small", as: Int64.self).values == [1, -2, 3])
    #expect(try file.array("flag", as: Int64.self).values == [1, 0])
    #expect(try file.array("text", as: Int64.self).values == "MAT".utf8.map(Int64.init))
    #expect(try file.array("empty", as: Float.self).shape == [0, 3])
    // Columns first: as long as 1, 2, 3 and 4 steps.
    let sequences = try file.arrays("sequences", as: Double.self)
    #expect(sequences.map(\.shape) == [[2, 1], [2, 2], [2, 3], [2, 4]])
    for sequence in sequences {
      #expect(sequence.values == (0..<sequence.values.count).map(Double.init))
    }
    #expect(try file.tensor("data.X").scalars(as: Float.self) == [1, 0, 0, 1])
    #expect(try file.tensors("data.Y", order: .reversed).map(\.shape) == [[1, 2], [2, 2]])
    #expect(try file.array("data.in.n", as: Int64.self).values == [7])
    for (name, remedy) in [("sparse", "full(x)"), ("z", "real(x)"), ("data", "variable.field")] {
      let error = #expect(throws: FileError.self) { try file.tensor(name) }
      #expect(error?.remedy.contains(remedy) == true)
    }
  }
}
