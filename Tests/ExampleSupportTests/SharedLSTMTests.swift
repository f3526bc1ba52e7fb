import ExampleSupport
import Foundation
import Ligature
import Testing

@testable import SharedLSTM

/// Each test has a file of its own, removed at its end.
@Suite final class SharedLSTMTests {
  let path = NSTemporaryDirectory() + "ligature-series-\(UUID().uuidString).csv"

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Rows of a date, the row's number times 1, 2, 3 and 4, and two targets.
  private func write(rows: Int) throws {
    let lines = (0..<rows).map { "day \($0),\($0),\(2 * $0),\(3 * $0),\(4 * $0),\(-$0),\(10 * $0)" }
    try (["day,a,b,c,d,x,y"] + lines).joined(separator: "\n")
      .write(toFile: path, atomically: false, encoding: .utf8)
  }

  private func series(
    _ targets: [String] = ["x", "y"], ignoring: [String] = ["day"], window: Int = 5,
    sizes: [Int]? = nil
  ) throws -> Problem {
    try .series(path, targets: targets, ignoring: ignoring, window: window, sizes: sizes)
  }

  @Test("the LSTM of the shared network has one part in as many as there are outputs")
  func learnables() throws {
    for outputs in [1, 2, 3, 5] {
      func network(_ rival: Rival) throws -> Network {
        try rival.network(channels: 2 * outputs, outputs: outputs, hiddenUnits: 4, seed: 0)
      }
      let (shared, separate) = (try network(.shared), try network(.separate))
      #expect(shared.lstmLearnableCount == 4 * 4 * (2 + 4 + 1))
      #expect(separate.lstmLearnableCount == outputs * shared.lstmLearnableCount)
      let output = try shared.predict(.zeros([2, 6, 2 * outputs]))
      #expect(output.shape == [2, 6, outputs])
      #expect(try separate.predict(.zeros([2, 6, 2 * outputs])).shape == [2, 6, outputs])
    }
  }

  @Test("training windows end where validation begins, and statistics are theirs alone")
  func windows() throws {
    try write(rows: 33)
    let problem = try series()
    #expect(problem.channelNames == ["a", "b", "c", "d"] && problem.sizes == [3])
    #expect(problem.channels(of: 0) == ["a", "b"] && problem.channels(of: 1) == ["c", "d"])
    let lesson = try problem.lesson(3, 0)
    // Half of 33 rows are 16, and 70 % are 23.
    func rows(_ scaled: Tensor) throws -> [Int] {
      try lesson.channelScaling.undone(on: scaled).at(0, axis: 2).doubles().map {
        Int($0.rounded())
      }
    }
    #expect(try rows(lesson.training.inputs[0]) == Array(1...15))
    #expect(try rows(lesson.validation.inputs[0]) == Array(16...20))
    #expect(try rows(lesson.test.channels) == Array(23...32))
    #expect(try lesson.channelScaling.mean.doubles() == [8, 16, 24, 32])
    #expect(lesson.test.targets.shape == [2, 5, 2])
    let latest = try series(sizes: [1, 2]).lesson(2, 0)
    #expect(latest.training.count == 2)
    #expect(try latest.channelScaling.mean.doubles()[0] == 10.5)
  }

  @Test("series that cannot be learned from are refused in one line")
  func refusals() throws {
    try write(rows: 33)
    func message(_ body: () throws -> Problem) -> String {
      do {
        _ = try body()
        return "accepted"
      } catch { return "\(error)" }
    }
    let cases = [
      (
        message { try self.series(["x"], ignoring: ["day", "a", "b", "c", "d", "y"]) }, "0 channels"
      ),
      (message { try self.series(["x", "y"], ignoring: ["day", "a"]) }, "3 channels cannot"),
      (message { try self.series(["x", "z"]) }, "expected a column \"z\""),
      (message { try self.series(ignoring: ["date"]) }, "--ignore names 'date'"),
      (message { try self.series(ignoring: ["day", "x"]) }, "'x' is named by --targets and by"),
      (message { try self.series(["x", "y", "a"], ignoring: []) }, "4 channels cannot be split"),
      (
        message { try self.series(ignoring: ["a"]) },
        "expected a finite number in column 1, \"day\""
      ),
      (message { try self.series(window: 11) }, "0 validation and 0 test windows of 11"),
      (message { try self.series(sizes: [2, 5]) }, "asks for 5 training windows, and there are 3"),
    ]
    for (found, expected) in cases {
      #expect(found.contains(expected) && found.contains(self.path), "\(found)")
      #expect(!found.contains("\n"))
    }
  }

  @Test("a training counts whole epochs of about as many steps")
  func recipe() {
    let recipe = Recipe(hiddenUnits: 1, steps: 600, batchSize: 8, learnRate: 0.01)
    #expect([1, 8, 9, 128, 10_000].map(recipe.epochs) == [600, 600, 300, 38, 1])
  }

  @Test("the oscillators are rescaled to mean 0 and deviation 1 over the training part")
  func scaling() throws {
    let lesson = try Problem.oscillators(sizes: [4], testSize: 3).lesson(4, 0)
    #expect(lesson.training.count == 4 && lesson.test.channels.shape == [3, 60, 3])
    for values in lesson.training.inputs + lesson.training.targets {
      #expect(try values.mean(0, 1).isClose(to: .zeros([3]), relative: 0, absolute: 1e-5))
      #expect(try values.variance(0, 1).isClose(to: .ones([3]), relative: 0, absolute: 1e-5))
    }
  }
}
