import Foundation
import Ligature
import Testing

extension CheckTests {
  @Suite("First run", .enabled(if: ProcessInfo.processInfo.environment["FIRST_RUN"] != nil))
  struct FirstRun {
    @Test func rates() throws {
      let isolates = ProcessInfo.processInfo.environment["FIRST_RUN"] == "isolated"
      var lines: [String] = []
      func note(_ line: String) {
        lines.append(line)
        FileHandle.standardError.write(Data((line + "\n").utf8))
      }
      let broken = Mutant.fresh
      let sound = SoundLayer.fresh
      var caught = 0
      for mutant in broken {
        var options = mutant.options
        if isolates { options.isolation = .childProcess(deadline: 10) }
        note("MUTANT \(mutant.testDescription)")
        let report = checkLayer(try mutant.make(), mutant.layouts, options: options)
        caught += report.failedCount > 0 ? 1 : 0
        note(
          "  " + (report.failedCount > 0 ? "caught" : "MISSED")
            + " \(report.failedChecks.map(\.title))")
        for kind in report.failedChecks {
          for failure in report.failures(of: kind) { note("    \(kind.title): \(failure)") }
        }
      }
      var passed = 0
      for sound in sound {
        var options = sound.options
        if isolates { options.isolation = .childProcess(deadline: 10) }
        note("SOUND \(sound.name)")
        let report = checkLayer(try sound.make(), sound.layouts, options: options)
        passed += report.passed ? 1 : 0
        note("  " + (report.passed ? "passed" : "FALSE ALARM"))
        for kind in report.failedChecks {
          for failure in report.failures(of: kind) { note("    \(kind.title): \(failure)") }
        }
      }
      note("RATE caught \(caught) of \(broken.count), passed \(passed) of \(sound.count)")
    }
  }
}

extension Mutant {
  static var fresh: [Mutant] { [sequences, phases, functions, handwritten].flatMap(\.self) }
}
extension SoundLayer {
  static var fresh: [SoundLayer] { [overTime, blocks].flatMap(\.self) }
}
