import Foundation
import Synchronization
import Testing

@testable import LigatureTraining

@Suite struct ProgressLineTests {
  static let reading = ProgressReading(
    epoch: 3, of: 30, iteration: 17, of: 39, loss: 0.12344, metrics: [.init("RMSE", 0.0812)])

  @Test(
    "a narrow line leaves out the least important parts",
    arguments: [
      (
        130,
        "epoch  3/30  ██░░░░░░░░░░░░░░░░░░░░░░░░░░░░    8%  iteration 17/39  loss 0.1234  "
          + "RMSE 0.0812  0:12  2:16 left"
      ),
      (
        100,
        "epoch  3/30  █░░░░░░░░░░░░░░░░░░░░    8%  iteration 17/39  loss 0.1234  RMSE 0.0812  "
          + "0:12  2:16 left"
      ),
      (79, "epoch  3/30  █░░░░░░░░░░░░░░░░    8%  loss 0.1234  RMSE 0.0812  0:12  2:16 left"),
      (66, "epoch  3/30  ░░░░░░░░░░    8%  loss 0.1234  RMSE 0.0812  2:16 left"),
      (60, "epoch  3/30    8%  loss 0.1234  RMSE 0.0812  2:16 left"),
      (50, "epoch  3/30  loss 0.1234  RMSE 0.0812  2:16 left"),
      (40, "epoch  3/30  loss 0.1234  2:16 left"),
      (30, "epoch  3/30  loss 0.1234"),
      (20, "epoch  3/30"),
      (5, "epoch"),
      (0, ""),
    ])
  func widths(width: Int, expected: String) {
    let line = Self.reading.line(elapsed: .seconds(12), width: width, bar: .blocks)
    #expect(line == expected)
    #expect(line.count <= width)
  }

  @Test("a wide line also has other metrics, validation, speed and memory")
  func details() {
    var reading = Self.reading
    reading.metrics.append(.init("MAE", 0.05))
    reading.validationLoss = 0.1310
    reading.observationsPerSecond = 1240.4
    reading.memoryBytes = 96_400_000
    func line(_ width: Int) -> String {
      reading.line(elapsed: .seconds(12), width: width, bar: .none)
    }
    #expect(
      line(.max) == "epoch  3/30    8%  iteration 17/39  loss 0.1234  RMSE 0.0812  MAE 0.0500  "
        + "validation 0.1310  1240/s  96 MB  0:12  2:16 left")
    #expect(
      line(109) == "epoch  3/30    8%  iteration 17/39  loss 0.1234  RMSE 0.0812  MAE 0.0500  "
        + "validation 0.1310  0:12  2:16 left")
    #expect(line(75) == "epoch  3/30    8%  loss 0.1234  RMSE 0.0812  validation 0.1310  2:16 left")
    #expect(line(56) == "epoch  3/30  loss 0.1234  RMSE 0.0812  2:16 left")
    reading.observationsPerSecond = 3.14159
    #expect(line(.max).contains("  3.1/s  "))
  }

  @Test("the process knows how much memory it takes")
  func memory() throws {
    let bytes = try #require(ResidentMemory.bytes)
    #expect((1_000_000..<1_000_000_000_000).contains(bytes))
  }

  @Test("what a line counts may have other names")
  func nouns() {
    var reading = Self.reading
    reading.epochNoun = "training"
    reading.iterationNoun = "step"
    let line = reading.line(elapsed: .seconds(12), width: .max, bar: .none)
    #expect(line.hasPrefix("training  3/30    8%  step 17/39  loss 0.1234"))
  }

  @Test("no line is wider than the room there is")
  func neverTooWide() {
    for width in 0...140 {
      for bar in [ProgressBar.blocks, .ascii, .none] {
        let line = Self.reading.line(elapsed: .seconds(4000), width: width, bar: bar)
        #expect(line.count <= width)
      }
    }
  }

  @Test("the bar is empty at first and full at last")
  func bars() {
    #expect(ProgressBar.ascii.text(fraction: 0, length: 8) == "........")
    #expect(ProgressBar.ascii.text(fraction: 0.5, length: 8) == "####....")
    #expect(ProgressBar.ascii.text(fraction: 0.999, length: 8) == "#######.")
    #expect(ProgressBar.ascii.text(fraction: 1, length: 8) == "########")
  }

  @Test("numbers that four decimals do not show are written with powers of ten")
  func numbers() {
    func line(_ loss: Double) -> String {
      ProgressReading(epoch: 1, of: 1, iteration: 0, of: 1, loss: loss)
        .line(elapsed: .zero, width: .max, bar: .none)
    }
    #expect(line(0).contains("loss 0.0000"))
    #expect(line(0.000123).contains("loss 1.23e-04"))
    #expect(line(123456).contains("loss 1.23e+05"))
    #expect(line(.nan).contains("loss nan"))
  }

  @Test("times are minutes and seconds, and hours where there are any")
  func clocks() {
    #expect(clock(.zero) == "0:00")
    #expect(clock(.milliseconds(59_600)) == "1:00")
    #expect(clock(.seconds(754)) == "12:34")
    #expect(clock(.seconds(7265)) == "2:01:05")
  }

  @Test("nothing is said of the time left before anything is done")
  func remaining() {
    let start = ProgressReading(epoch: 1, of: 2, iteration: 0, of: 4)
    #expect(start.remaining(after: .seconds(3)) == nil)
    #expect(!start.line(elapsed: .seconds(3), width: 80, bar: .ascii).contains("left"))
    let half = ProgressReading(epoch: 1, of: 2, iteration: 4, of: 4)
    #expect(half.fraction == 0.5)
    #expect(half.remaining(after: .seconds(3)) == .seconds(3))
    #expect(ProgressReading(epoch: 0, of: 0, iteration: 0, of: 0).fraction == 0)
  }

  @Test("the terminal's size and character set come from the environment where need be")
  func terminal() {
    #expect(Terminal.width(fromColumns: "132") == 132)
    #expect(Terminal.width(fromColumns: "wide") == 80)
    #expect(Terminal.width(fromColumns: nil) == 80)
    #expect(Terminal.bar(for: ["LANG": "de_DE.UTF-8"]) == .blocks)
    #expect(Terminal.bar(for: ["LC_ALL": "C", "LANG": "de_DE.UTF-8"]) == .ascii)
    #expect(Terminal.bar(for: ["LC_ALL": "", "LC_CTYPE": "C.utf8"]) == .blocks)
    #expect(Terminal.bar(for: [:]) == .ascii)
  }
}

@Suite struct ProgressDisplayTests {
  /// A clock that is set by hand, and what was written.
  final class Stage: Sendable {
    let time = Mutex(Duration.zero)
    let text = Mutex("")

    var written: String { text.withLock { $0 } }

    func display(_ mode: ProgressDisplay.Mode) -> ProgressDisplay {
      ProgressDisplay(
        mode, width: { 25 }, now: { self.time.withLock { $0 } },
        write: { piece in self.text.withLock { $0 += piece } })
    }

    /// Shows every iteration of a run.
    func run(_ display: ProgressDisplay, epochs: Int, iterations: Int, each step: Duration) {
      for epoch in 1...epochs {
        for iteration in 1...iterations {
          time.withLock { $0 += step }
          display.show(
            ProgressReading(epoch: epoch, of: epochs, iteration: iteration, of: iterations, loss: 1)
          )
        }
      }
    }
  }

  @Test("a live line is drawn at most ten times a second, and last at the end")
  func live() {
    let stage = Stage()
    let display = stage.display(.live(.ascii))
    stage.run(display, epochs: 2, iterations: 1000, each: .milliseconds(1))
    #expect(stage.written.split(separator: "\r").count == 20)
    display.finish()
    display.finish()
    #expect(stage.written.hasPrefix("\repoch 1/2  loss 1.0000\u{1B}[K\repoch 1/2"))
    #expect(stage.written.hasSuffix("\repoch 2/2  loss 1.0000\u{1B}[K\n"))
    #expect(stage.written.count { $0 == "\n" } == 1)
  }

  @Test("lines are written at about ten ends of epochs")
  func lines() {
    let stage = Stage()
    let display = stage.display(.lines)
    stage.run(display, epochs: 95, iterations: 3, each: .milliseconds(10))
    display.finish()
    let lines = stage.written.split(separator: "\n")
    #expect(lines.count == 11)
    #expect(lines.first == "epoch  1/95    1%  iteration 3/3  loss 1.0000  0:00  0:03 left")
    #expect(lines.last == "epoch 95/95  100%  iteration 3/3  loss 1.0000  0:03  0:00 left")
    #expect(!stage.written.contains("\r") && !stage.written.contains("\u{1B}"))
  }

  @Test("slow epochs are told of now and then, ever less often")
  func slowLines() {
    let stage = Stage()
    let display = stage.display(.lines)
    stage.run(display, epochs: 1, iterations: 36_000, each: .seconds(1))
    let count = stage.written.split(separator: "\n").count
    #expect(count > 20 && count < 80)
  }

  @Test("a note stands above the live line")
  func notes() {
    let stage = Stage()
    let display = stage.display(.live(.ascii))
    display.note("begin")
    display.show(ProgressReading(epoch: 1, of: 2, iteration: 0, of: 3))
    display.note("saved")
    display.finish()
    let line = "\repoch 1/2    0%\u{1B}[K"
    #expect(stage.written == "begin\n" + line + "\r\u{1B}[Ksaved\n" + line + "\n")
  }

  @Test("a display that goes away leaves a fresh line")
  func goesAway() {
    let stage = Stage()
    do {
      let display = stage.display(.live(.ascii))
      display.show(ProgressReading(epoch: 1, of: 2, iteration: 0, of: 3))
    }
    #expect(stage.written.hasSuffix("\n"))
  }

  @Test("a quiet display writes nothing")
  func quiet() {
    let stage = Stage()
    let display = stage.display(.quiet)
    display.note("begin")
    stage.run(display, epochs: 2, iterations: 10, each: .seconds(1))
    display.finish()
    #expect(stage.written.isEmpty)
  }
}
