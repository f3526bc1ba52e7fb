import Ligature
import Testing

extension CheckTests {
  @Suite("Mutants")
  struct MutantTests {
    @Test("each broken layer is caught by the check meant for it", arguments: Mutant.all)
    func caught(_ mutant: Mutant) throws {
      var options = mutant.options
      if !isThorough { options.checks = [mutant.kind] }
      let report = checkLayer(try mutant.make(), mutant.layouts, options: options)
      #expect(
        report.failedChecks.contains(mutant.kind),
        "it says \(outcome(of: mutant.kind, in: report)); failed are \(report.failedChecks)"
      )
    }

    @Test("a check that is meant for a fault says what it found, and not only that something threw")
    func explained() throws {
      // Gradients of a wrong size are refused by the pass itself, with an error that names them.
      for mutant in Mutant.all where mutant.kind != .gradientSizes {
        var options = mutant.options
        options.checks = [mutant.kind]
        let report = checkLayer(try mutant.make(), mutant.layouts, options: options)
        let problems = report.failures(of: mutant.kind).map(\.problem)
        #expect(!problems.contains("the layer threw"), "\(mutant.testDescription)")
      }
    }

    @Test("checks in child processes find what they find in this process")
    func isolated() throws {
      let mutants = Mutant.all.enumerated().filter { isThorough || $0.offset.isMultiple(of: 24) }
      for (_, mutant) in mutants {
        var options = mutant.options
        let here = checkLayer(try mutant.make(), mutant.layouts, options: options)
        options.isolation = .childProcess(deadline: 60)
        let there = checkLayer(try mutant.make(), mutant.layouts, options: options)
        #expect(here.failedChecks == there.failedChecks, "\(mutant.testDescription)")
      }
    }

    @Test("every check has a mutant")
    func complete() {
      #expect(CheckKind.allCases.filter { kind in !Mutant.all.contains { $0.kind == kind } } == [])
      #expect(Mutant.all.count >= 300)
      #expect(Set(Mutant.all.map(\.testDescription)).count == Mutant.all.count)
    }

    private func outcome(of kind: CheckKind, in report: CheckReport) -> String {
      report.entries.first { $0.check == kind }.map { "\($0.outcome)" } ?? "nothing"
    }
  }
}
