import Foundation
import Ligature
import Testing

@testable import LigatureChecks

extension CheckTests {
  @Suite("Causes and remedies")
  struct CauseTests {
    private func failure(
      _ layer: any Layer, _ kind: CheckKind, _ exceptions: Set<CheckOptions.Exception> = []
    ) throws -> CheckReport.Failure {
      let report = checkLayer(
        layer, .features,
        options: CheckOptions(exceptions: exceptions, announces: false))
      return try #require(report.failures(of: kind).first, "\(report)")
    }

    @Test("a layer without a backward is not told to derive one")
    func noBackward() throws {
      let layer = scaling { x, gain, _ in try x * gain * gain.detached }
      let remedy = try failure(layer, .gradientValues).remedy
      #expect(!remedy.contains("backward again"))
      #expect(remedy.contains("detached") && remedy.contains(".surrogateGradients"))
      let own = try HandwrittenLinear(backward: HandwrittenLinear.changing("bias") { try $0 * 2 })
      #expect(try failure(own, .gradientValues).remedy.hasPrefix("Derive the backward again"))
    }

    @Test("what keeps a layer from its values is told apart")
    func initializations() throws {
      struct Inside: CustomLayer {
        @Learnable var inner = Network { FullyConnected(5) }
        func predict(_ x: Tensor, in context: Context) throws -> Tensor { try inner.predict(x) }
      }
      struct Past: CustomLayer {
        @Learnable var inner = FullyConnected(5)
        func predict(_ x: Tensor, in context: Context) throws -> Tensor {
          try inner.predict(x, in: context)
        }
      }
      struct Misshapen: CustomLayer {
        @Learnable var gain: Tensor = .deferred
        func initialize(for x: Tensor, in context: Context) throws {
          gain = try matmul(x, .ones([7, 7], x.scalarType))
        }
        func predict(_ x: Tensor, in context: Context) throws -> Tensor { try x * gain }
      }
      class Base: CustomLayer, @unchecked Sendable {
        @Learnable final var gain: Tensor = .deferred
        init() {}
        func predict(_ x: Tensor, in context: Context) throws -> Tensor {
          try x * gain.reshaped(to: [gain.shape[0]])
        }
      }
      final class Derived: Base, @unchecked Sendable {
        func initialize(for x: Tensor, in context: Context) throws {
          gain = try .ones([5], context.scalarType)
        }
      }
      let words = [
        (Inside() as any Layer, "network"), (Past(), "Call inner as a function"),
        (Derived(), "superclass"),
      ]
      for (layer, word) in words {
        let found = try failure(layer, .initialization)
        #expect(found.remedy.contains(word), "\(found)")
      }
      let found = try failure(Misshapen(), .initialization)
      #expect(!found.remedy.contains("initialize(for:in:)"), "\(found)")
      #expect(found.found.contains("matmul"))
    }

    @Test("an exception that is declared is not recommended")
    func declared() throws {
      struct Growing: CustomLayer {
        @LayerState var seen: Tensor = .deferred
        func initialize(for x: Tensor, in context: Context) throws {
          seen = try .zeros([1], context.scalarType)
        }
        func predict(_ x: Tensor, in context: Context) throws -> Tensor { x }
        func forward(_ x: Tensor, in context: Context) throws -> Tensor {
          seen = try concatenate([seen, .zeros([1], x.scalarType)])
          return x
        }
      }
      #expect(try failure(Growing(), .stateHandling).remedy.contains("declare"))
      let found = try failure(Growing(), .stateHandling, [.remembersObservations])
      #expect(!found.remedy.contains("declare"))
    }

    @Test("the compiler is not recommended where it cannot write a coding")
    func coding() throws {
      struct Halved: CustomLayer, Codable {
        @Learnable var gain = Tensor([1, 2, 3, 4, 5] as [Float])
        var squash: @Sendable (Tensor) throws -> Tensor = { try tanh($0) }
        init() {}
        enum CodingKeys: CodingKey { case gain }
        init(from decoder: any Decoder) throws {
          let container = try decoder.container(keyedBy: CodingKeys.self)
          _gain = try container.decode(Learnable<Tensor>.self, forKey: .gain)
          squash = { try sigmoid($0) }
        }
        func encode(to encoder: any Encoder) throws {
          var container = encoder.container(keyedBy: CodingKeys.self)
          try container.encode(_gain, forKey: .gain)
        }
        func predict(_ x: Tensor, in context: Context) throws -> Tensor { try squash(x * gain) }
      }
      #expect(try !failure(Halved(), .copying).remedy.contains("compiler"))
    }

    @Test("a layer that is not the same twice has one finding, and is not raced")
    func oneFinding() {
      let calls = Box(0)
      let layer = scaling { x, gain, _ in
        let call = calls.change { calls -> Int in
          calls += 1
          return calls
        }
        return try x * gain * Double(call)
      }
      let report = checkLayer(layer, .features, options: CheckOptions(announces: false))
      #expect(report.failedChecks == [.determinism], "\(report)")
      guard
        case .skipped(let reason, _)? =
          report.entries.first(where: { $0.check == .concurrency })?.outcome
      else {
        Issue.record("it ran: \(report)")
        return
      }
      #expect(reason == "not run, because the check of determinism failed")
    }

    @Test("learnables can be counted without frozen ones")
    func unfrozen() {
      struct Half: CustomLayer {
        @Learnable(learnRateFactor: 0) var first = Tensor([1, 2, 3, 4, 5] as [Float])
        @Learnable var second = Tensor([5, 4, 3, 2, 7] as [Float])
        func predict(_ x: Tensor, in context: Context) throws -> Tensor {
          try x * first + second
        }
      }
      for (all, free, fits) in [(10, 5, true), (10, 10, false), (5, 5, false)] {
        let options = CheckOptions(
          checks: [.learnableCounts], learnableCount: all, unfrozenLearnableCount: free,
          announces: false)
        #expect(checkLayer(Half(), .features, options: options).passed == fits)
      }
    }
  }
}
