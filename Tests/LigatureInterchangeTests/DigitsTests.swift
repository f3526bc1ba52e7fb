import Foundation
import Testing

@testable import LigatureInterchange

/// Reads the digits of the reference experiments where `LIGATURE_DIGITS` names their folder.
@Suite(
  "The digits of the reference experiments",
  .enabled(
    if: ProcessInfo.processInfo.environment["LIGATURE_DIGITS"] != nil,
    "set LIGATURE_DIGITS to the folder of DigitsDataTrain.mat"))
struct DigitsTests {
  @Test("images and angles of both files are read", arguments: ["Train", "Test"])
  func digits(_ part: String) throws {
    let folder = ProcessInfo.processInfo.environment["LIGATURE_DIGITS"] ?? ""
    let file = try MATFile(
      contentsOf: URL(fileURLWithPath: folder).appendingPathComponent("DigitsData\(part).mat"))
    let images = try file.array("X\(part)", as: Float.self, order: .lastFirst)
    #expect(images.shape == [5000, 28, 28, 1])
    #expect(images.values.allSatisfy { 0...1 ~= $0 })
    let angles = try file.array("angles\(part)", as: Int64.self)
    #expect(angles.shape == [5000, 1] && angles.values.allSatisfy { -90...90 ~= $0 })
    let labels = try file.categorical("labels\(part)")
    #expect(labels.size == [5000, 1] && labels.categories == (0...9).map { "\($0)" })
    for digit in 0...9 { #expect(labels.codes.count { $0 == digit } == 500) }
  }
}
