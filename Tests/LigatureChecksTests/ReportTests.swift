import Foundation
import Ligature
import Testing

@testable import LigatureChecks

extension CheckTests {
  @Suite("Reports")
  struct ReportTests {
    /// A bias whose gradient has the wrong sign.
    private static func broken() throws -> HandwrittenLinear {
      try HandwrittenLinear(backward: HandwrittenLinear.changing("bias") { try $0 * -1 })
    }

    private static let few = CheckOptions(checks: [
      .predictRuns, .phaseDifference, .gradientSizes, .gradientValues,
    ])

    @Test("a failing report says what is wrong, where, what was expected, and what to do")
    func text() throws {
      let report = checkLayer(try Self.broken(), .features, options: Self.few)
      let text = report.description.replacing(#/ in \d+\.\d+ s$/#, with: " in N s")
        .replacing(#/(expected: |found:    )-?\d\.\d+/#) { "\($0.output.1)a number" }
      #expect(
        text == """
          Checking HandwrittenLinear

            ✓ predict runs
            ✓ gradient sizes
            ✓ phase difference
            ✗ gradient values

          ✗ gradient values
            a gradient differs from central differences
              where:    learnable bias, element [0], in training
              expected: a number
              found:    a number
              remedy:   Derive the backward again, or delete it: what is made of tensor \
          operations is differentiated without one

          3 passed, 1 failed, 0 skipped in N s
          """)
    }

    @Test("a report survives JSON")
    func json() throws {
      let report = checkLayer(try Self.broken(), .features, options: Self.few)
      let text = try report.json()
      let decoded = try JSONDecoder().decode(CheckReport.self, from: Data(text.utf8))
      #expect(decoded == report)
      #expect(text.contains("gradientValues"))
    }

    @Test("get() throws the whole explanation for a broken layer, and nothing for a sound one")
    func get() throws {
      let report = checkLayer(try Self.broken(), .features, options: Self.few)
      let failure = #expect(throws: CheckFailure.self) { try report.get() }
      #expect(failure?.description == report.description)
      try checkLayer(Tanh(), .features).get()
    }

    @Test("only the checks asked for run, in the order of their kinds")
    func subset() {
      let report = checkLayer(Tanh(), .features, options: Self.few)
      #expect(
        report.entries.map(\.check)
          == [.predictRuns, .gradientSizes, .phaseDifference, .gradientValues])
      #expect(checkLayer(Tanh(), .features).entries.map(\.check) == CheckKind.allCases)
    }

    @Test("examples take the place of generated inputs")
    func examples() throws {
      // A logarithm is right for positive numbers, and those are what the examples hold.
      let layer = FunctionLayer { x in try log(x) }
      #expect(!checkLayer(layer, .features).passed)
      var stream = RandomStream(seed: 1)
      let example = try stream.uniform([4, 5], in: 1..<2)
      let report = checkLayer(layer, .features, options: CheckOptions(examples: [example]))
      #expect(report.passed, "\(report)")
    }

    @Test("a declared exception skips the check, and says so")
    func exceptions() throws {
      let layer = FunctionLayer { x in try x - x.mean(0) }
      #expect(checkLayer(layer, .features).failedChecks == [.independentObservations])
      let report = checkLayer(
        layer, .features, options: CheckOptions(exceptions: [.mixesObservations]))
      #expect(report.passed, "\(report)")
      let entry = report.entries.first { $0.check == .independentObservations }
      guard case .skipped(let reason, _)? = entry?.outcome else {
        Issue.record("not skipped: \(report)")
        return
      }
      #expect(reason.contains(".mixesObservations"))
    }

    @Test("the numbers of observations are those asked for")
    func observationCounts() {
      let counts = Box<Set<Int>>([])
      let layer = FunctionLayer { x in
        counts.change { _ = $0.insert(x.shape[0]) }
        return try x * 2
      }
      var options = CheckOptions(observationCounts: [2, 7])
      options.checks = [.observationCounts]
      #expect(checkLayer(layer, .features, options: options).passed)
      #expect(counts.value == [2, 7])
    }

    @Test("a tolerance that is wide lets a small error pass")
    func tolerance() throws {
      let layer = try HandwrittenLinear(
        backward: HandwrittenLinear.changing("weights") { try $0 * 1.0001 })
      var options = CheckOptions(checks: [.gradientValues])
      #expect(!checkLayer(layer, .features, options: options).passed)
      options.tolerance = 1e-3
      #expect(checkLayer(layer, .features, options: options).passed)
    }

    @Test("checking leaves the values of learnables and states as they were")
    func restored() throws {
      let layer = try Self.broken()
      let (weights, bias) = (layer.weights, layer.bias)
      _ = checkLayer(layer, .features)
      #expect(try layer.weights.isIdentical(to: weights))
      #expect(try layer.bias.isIdentical(to: bias))
      let normalization = BatchNormalization()
      let network = Network([normalization])
      try network.initialize(for: [.ones([2, 5])])
      normalization.mean = try .full([5], 3)
      _ = checkLayer(network, .features)
      #expect(try normalization.mean.isIdentical(to: .full([5], 3)))
    }

    @Test("what was deferred is deferred again after checking")
    func deferred() {
      let layer = FullyConnected(3)
      #expect(checkLayer(layer, .features).passed)
      #expect(layer.weights.isDeferred)
      #expect(checkLayer(layer, Layout("BC", [nil, 7])).passed)
    }

    @Test("what makes a layer throw is reported once where it belongs")
    func misfit() {
      for (layer, layouts) in [
        (Addition(2), [Layout.features]), (Tanh(), [.features, .features]),
      ] as [(any Layer, [Layout])] {
        let report = checkLayer(layer, layouts)
        #expect(report.failedChecks == [.ports], "\(report)")
      }
    }

    @Test("a misspelt layout is told of once, and nothing is checked with it")
    func misspelt() {
      let report = checkLayer(FullyConnected(3), Layout("BX", [nil, 5]))
      #expect(report.failedChecks == [.ports], "\(report)")
      #expect("\(report)".contains("layout \"BX\" has the letter X"))
    }

    @Test(
      "gradients that are not finite are told of as such, and not as products or ties gone wrong")
    func notFinite() {
      struct Root: CustomLayer, Codable {
        @Learnable var scale: Tensor = .deferred
        func initialize(for x: Tensor, in context: Context) throws {
          scale = try .zeros([x.shape[1]], context.scalarType)
        }
        func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * sqrt(scale) }
      }
      let report = checkLayer(Root(), .features)
      #expect(report.failedChecks.contains(.finiteValues), "\(report)")
      #expect(!report.failedChecks.contains(.tieSteps), "\(report)")
      let failures = report.entries.flatMap { entry -> [CheckReport.Failure] in
        if case .failed(let failures) = entry.outcome { failures } else { [] }
      }
      #expect(failures.allSatisfy { $0.remedy == CheckKind.finiteValues.remedy }, "\(report)")
    }

    @Test("checks that could only repeat a failure are skipped, and say what to fix first")
    func prerequisites() throws {
      let kinds: Set<CheckKind> = [
        .unmarkedProperties, .ports, .initialization, .predictRuns, .backwardRuns, .gradientSizes,
      ]
      let mutants = Mutant.all.filter { kinds.contains($0.kind) }
      for mutant in mutants {
        let report = checkLayer(try mutant.make(), mutant.layouts, options: mutant.options)
        #expect(report.failedChecks.first == mutant.kind, "\(mutant.testDescription): \(report)")
        #expect(report.failedChecks.count <= 2, "\(mutant.testDescription): \(report)")
      }
      let report = checkLayer(FunctionLayer { x in try x.reshaped(to: [7]) }, .features)
      #expect(report.failedChecks == [.predictRuns])
      #expect(report.passedCount >= 5)
      let words = "  - not run, because the check of predict runs failed. Fix that first.\n"
      #expect("\(report)".contains(words))
      let lines = report.description.components(separatedBy: "\n")
      #expect(lines.prefix(20).allSatisfy { $0.count <= 100 })
    }

    @Test("a check comes after those it needs", arguments: CheckKind.allCases)
    func order(of kind: CheckKind) {
      let earlier = Set(CheckKind.allCases.prefix { $0 != kind })
      let needed = Set(LayerChecks.allPrerequisites(of: kind))
      #expect(needed.isSubset(of: earlier))
      #expect(LayerChecks.all.map { $0.kind } == CheckKind.allCases)
    }

    @Test("a layer that gets no values fails, whichever checks are asked for")
    func unasked() throws {
      let mutants = Mutant.all.filter { $0.name == "an initialize that throws" }
      let mutant = try #require(mutants.first)
      for isolation in [CheckOptions.Isolation.none, .childProcess()] {
        let report = checkLayer(
          try mutant.make(), mutant.layouts,
          options: CheckOptions(checks: [.gradientValues], isolation: isolation))
        #expect(report.failedChecks == [.initialization], "\(report)")
        #expect(report.entries.map(\.check) == [.initialization, .gradientValues])
      }
    }
  }
}
