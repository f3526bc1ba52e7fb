import Foundation
import LigatureKernels
import Testing

func map<S: KernelScalar>(_ op: LKMap, _ x: [S], p: Double = 0, q: Double = 0) -> [S] {
  var y = [S](repeating: 0, count: x.count)
  lk_map(S.kind, op, x.count, x, &y, p, q)
  return y
}

extension KernelTests {
  @Suite struct Maps {
    @Test("the table of references has a row for every map")
    func complete() {
      #expect(Set(MapReference.all.map(\.op.rawValue)).count == Int(LK_MAP_COUNT.rawValue))
    }

    @Test(
      "every map equals its plain definition at every size, also in place",
      arguments: Configuration.all)
    func values(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 1)
        for reference in MapReference.all {
          for size in raggedSizes {
            var x: [S] = numbers.array(
              size, from: reference.domain.lowerBound, to: reference.domain.upperBound)
            let y = map(reference.op, x, p: reference.p, q: reference.q)
            expectClose(
              y, x.map { reference.value(Double($0)) }, tolerance: S.tolerance, reference.name)
            x.withUnsafeMutableBytes {
              let start = $0.baseAddress
              lk_map(S.kind, reference.op, size, start, start, reference.p, reference.q)
            }
            #expect(x == y, "\(reference.name) in place, \(size) elements")
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test(
      "the gradient of every map equals its plain definition, and reads what it says",
      arguments: Configuration.all)
    func gradients(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 2)
        for reference in MapReference.all {
          for size in [0, 1, 7, 16, 37] {
            let x: [S] = numbers.array(
              size, from: reference.domain.lowerBound, to: reference.domain.upperBound)
            let y = x.map { S(reference.value(Double($0))) }
            let dy: [S] = numbers.array(size)
            let readsInput = lk_map_gradient_reads_input(reference.op) == 1
            for accumulate: Int32 in [0, 1] {
              var dx = [S](repeating: 0.5, count: size)
              x.withUnsafeBytes { x in
                y.withUnsafeBytes { y in
                  lk_map_gradient(
                    S.kind, reference.op, size, readsInput ? x.baseAddress : nil,
                    readsInput ? nil : y.baseAddress, dy, &dx, reference.p, reference.q, accumulate)
                }
              }
              let expected = zip(x, dy).map {
                Double($1) * reference.derivative(Double($0)) + 0.5 * Double(accumulate)
              }
              // A derivative taken from the rounded result magnifies its rounding.
              expectClose(dx, expected, tolerance: 8 * S.tolerance, reference.name)
            }
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("at a kink the derivative is that of the header", arguments: Configuration.all)
    func kinks(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        func slope(_ op: LKMap, _ x: S) -> S {
          var dx: S = 9
          lk_map_gradient(S.kind, op, 1, [x], [x], [S(1)], &dx, -1, 1, 0)
          return dx
        }
        #expect(slope(LK_ABS, 0) == 0)
        #expect(slope(LK_RELU, 0) == 0)
        #expect(slope(LK_CLAMP, -1) == 1)
        #expect(slope(LK_CLAMP, 1) == 1)
        #expect(slope(LK_CLAMP, 1.5) == 0)
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("NaN goes in and NaN comes out of every map", arguments: Configuration.all)
    func notANumber(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for reference in MapReference.all {
          let y = map(reference.op, [S](repeating: .nan, count: 17), p: 0.5, q: 2)
          #expect(y.allSatisfy { $0.isNaN }, "\(reference.name)")
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("maps end where their range ends", arguments: Configuration.all)
    func extremes(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        let infinity = S.infinity
        let tiny = S.leastNonzeroMagnitude
        func expect(_ op: LKMap, _ x: [S], _ y: [S]) {
          #expect(map(op, x) == y, "map \(op.rawValue)")
        }
        expect(
          LK_EXP, [infinity, -infinity, 1e4, -1e4, 0, tiny], [infinity, 0, infinity, 0, 1, 1])
        expect(
          LK_EXPM1, [infinity, -infinity, 1e4, -1e4, tiny], [infinity, -1, infinity, -1, tiny])
        expect(LK_LOG, [infinity, 0, 1], [infinity, -infinity, 0])
        expect(LK_LOG1P, [infinity, -1, 0, tiny], [infinity, -infinity, 0, tiny])
        expect(LK_TANH, [infinity, -infinity, 1e4, tiny], [1, -1, 1, tiny])
        expect(LK_SIGMOID, [infinity, -infinity, 0], [1, 0, 0.5])
        expect(LK_SOFTPLUS, [infinity, -infinity, 1e4], [infinity, 0, 1e4])
        expect(LK_GELU, [infinity, -infinity, 0, 1e4], [infinity, 0, 0, 1e4])
        expect(LK_SQRT, [infinity, 0], [infinity, 0])
        expect(LK_COS, [0, tiny], [1, 1])
        for op in [LK_SIN, LK_COS] {
          #expect(map(op, [infinity, -infinity]).allSatisfy { $0.isNaN })
        }
        #expect(map(LK_LOG, [S(-1), -infinity]).allSatisfy { $0.isNaN })
        #expect(map(LK_LOG1P, [S(-2), -infinity]).allSatisfy { $0.isNaN })
        expect(
          LK_EXP2, [infinity, -infinity, 1e4, -1e4, 3, -2], [infinity, 0, infinity, 0, 8, 0.25])
        expect(LK_LOG2, [infinity, 0, 1, 8, 0.125], [infinity, -infinity, 0, 3, -3])
        expect(LK_LOG10, [infinity, 0, 1, 1000], [infinity, -infinity, 0, 3])
        expect(LK_ATAN, [infinity, -infinity, tiny], [S(Double.pi / 2), S(-Double.pi / 2), tiny])
        expect(LK_SINH, [infinity, -infinity, 1e4, tiny], [infinity, -infinity, infinity, tiny])
        expect(LK_COSH, [infinity, -infinity, 1e4, tiny], [infinity, infinity, infinity, 1])
        expect(LK_ASINH, [infinity, -infinity, tiny], [infinity, -infinity, tiny])
        expect(LK_ACOSH, [infinity, 1], [infinity, 0])
        expect(LK_ATANH, [1, -1, tiny], [infinity, -infinity, tiny])
        expect(LK_ERF, [infinity, -infinity, 1e4], [1, -1, 1])
        expect(LK_RSQRT, [infinity, 0, 4], [0, infinity, 0.5])
        for op in [LK_ASIN, LK_ACOS, LK_ATANH, LK_LOG2, LK_LOG10, LK_RSQRT] {
          #expect(map(op, [S(-2), -infinity]).allSatisfy { $0.isNaN }, "map \(op.rawValue)")
        }
        #expect(map(LK_ACOSH, [S(0.5), S(-1e200), -infinity]).allSatisfy { $0.isNaN })
        for op in [
          LK_EXPM1, LK_TANH, LK_LOG1P, LK_SIN, LK_TAN, LK_ASIN, LK_ATAN, LK_SINH, LK_ASINH,
          LK_ATANH, LK_ERF,
        ] {
          #expect(map(op, [-S.zero])[0].sign == .minus, "map \(op.rawValue) of -0")
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("sine and cosine are those of arguments of any size", arguments: Configuration.all)
    func farArguments(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var x: [S] = []
        for exponent in stride(from: 0, to: S.greatestFiniteMagnitude.exponent, by: 3) {
          x.append(-S(sign: .plus, exponent: exponent, significand: 1.7))
          // The multiple of π/2 nearest to a power of 2 leaves the fewest digits.
          let turns = (Wide(sign: .plus, exponent: Int(exponent) % 60, significand: 1)).rounded()
          x.append(S(turns * Wide.pi / 2))
        }
        let bound = 1.5 * Wide(S.ulpOfOne)
        for (x, (sine, cosine)) in zip(x, zip(map(LK_SIN, x), map(LK_COS, x))) {
          #expect(abs(Wide(sine) - sin(Wide(x))) <= bound * abs(sin(Wide(x))), "sin(\(x))")
          #expect(abs(Wide(cosine) - cos(Wide(x))) <= bound * abs(cos(Wide(x))), "cos(\(x))")
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("a result does not depend on its place among the others", arguments: Configuration.all)
    func places(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 3)
        for reference in MapReference.all {
          let x: [S] = numbers.array(
            37, from: reference.domain.lowerBound, to: reference.domain.upperBound)
          let y = map(reference.op, x, p: reference.p, q: reference.q)
          for cut in [1, 3, 18] {
            let parts =
              map(reference.op, Array(x[..<cut]), p: reference.p, q: reference.q)
              + map(reference.op, Array(x[cut...]), p: reference.p, q: reference.q)
            #expect(parts == y, "\(reference.name)")
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }
  }
}
