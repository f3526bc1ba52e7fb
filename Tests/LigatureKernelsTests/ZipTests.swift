import Foundation
import LigatureKernels
import Testing

/// The functions of two operands by name and plain definition.
struct ZipReference: Sendable {
  let op: LKZip
  let value: @Sendable (Double, Double) -> Double

  static let all: [ZipReference] = [
    .init(op: LK_ADD, value: { $0 + $1 }), .init(op: LK_SUBTRACT, value: { $0 - $1 }),
    .init(op: LK_MULTIPLY, value: { $0 * $1 }), .init(op: LK_DIVIDE, value: { $0 / $1 }),
    .init(op: LK_POWER_ZIP, value: { pow($0, $1) }),
    .init(op: LK_MAXIMUM, value: { max($0, $1) }), .init(op: LK_MINIMUM, value: { min($0, $1) }),
    .init(op: LK_LESS, value: { $0 < $1 ? 1 : 0 }),
    .init(op: LK_LESS_EQUAL, value: { $0 <= $1 ? 1 : 0 }),
    .init(op: LK_GREATER, value: { $0 > $1 ? 1 : 0 }),
    .init(op: LK_GREATER_EQUAL, value: { $0 >= $1 ? 1 : 0 }),
    .init(op: LK_EQUAL, value: { $0 == $1 ? 1 : 0 }),
    .init(op: LK_NOT_EQUAL, value: { $0 != $1 ? 1 : 0 }),
    .init(op: LK_REMAINDER, value: { $0 - $1 * ($0 / $1).rounded(.down) }),
    .init(op: LK_ATAN2, value: { atan2($0, $1) }), .init(op: LK_HYPOT, value: { hypot($0, $1) }),
  ]
}

extension KernelTests {
  @Suite struct Zips {
    @Test("the table of references has a row for every function")
    func complete() {
      #expect(Set(ZipReference.all.map(\.op.rawValue)).count == Int(LK_ZIP_COUNT.rawValue))
    }

    @Test(
      "every function of two operands equals its definition, with either operand repeated",
      arguments: Configuration.all)
    func values(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 5)
        for reference in ZipReference.all {
          for size in raggedSizes where size > 0 {
            // Steps of a half, so that equal pairs occur.
            let a = (0..<size).map { _ in S((numbers.uniform(1, 9) * 2).rounded() / 2) }
            let b = (0..<size).map { _ in S((numbers.uniform(1, 9) * 2).rounded() / 2) }
            for (aStride, bStride) in [(1, 1), (0, 1), (1, 0), (0, 0)] {
              for accumulate: Int32 in [0, 1] {
                var out = [S](repeating: 2, count: size)
                lk_zip(S.kind, reference.op, size, a, aStride, b, bStride, &out, accumulate)
                let expected = (0..<size).map {
                  reference.value(Double(a[$0 * aStride]), Double(b[$0 * bStride]))
                    + 2 * Double(accumulate)
                }
                expectClose(out, expected, tolerance: S.tolerance, "zip \(reference.op.rawValue)")
              }
            }
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("powers of special values are those of the C library", arguments: Configuration.all)
    func powers(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        let sizes: [S] = [
          0, 0.5, 1, 2, 3, 7.5, S(9_007_199_254_740_993), .leastNonzeroMagnitude,
          .greatestFiniteMagnitude, .infinity, .nan,
        ]
        let values = sizes + sizes.map { -$0 }
        for base in values {
          for exponent in values {
            var power = S.zero
            lk_zip(S.kind, LK_POWER_ZIP, 1, [base], 1, [exponent], 1, &power, 0)
            // With one exponent for all there are shorter ways for some.
            let mapped = map(LK_POWER, [base], p: Double(exponent))[0]
            let expected = S(pow(Double(base), Double(exponent)))
            for power in [power, mapped] {
              let isSame =
                expected.isNaN
                ? power.isNaN
                : power == expected && power.sign == expected.sign
                  || abs(power - expected) <= 2 * expected.ulp
              #expect(isSame, "\(base) to the power \(exponent): \(power), not \(expected)")
            }
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test(
      "remainders, angles and lengths of special values are those of the C library",
      arguments: Configuration.all)
    func special(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        let sizes: [S] = [
          0, 0.5, 1, 3, 7.5, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, .nan,
        ]
        let values = sizes + sizes.map { -$0 }
        func found(_ op: LKZip, _ a: S, _ b: S) -> S {
          var out = S.zero
          lk_zip(S.kind, op, 1, [a], 1, [b], 1, &out, 0)
          return out
        }
        func expect(_ found: S, _ expected: S, _ label: String) {
          let isSame =
            expected.isNaN
            ? found.isNaN
            : found == expected && found.sign == expected.sign
              || abs(found - expected) <= 2 * expected.ulp
          #expect(isSame, "\(label): \(found), not \(expected)")
        }
        for a in values {
          for b in values {
            let (x, y) = (Double(a), Double(b))
            expect(found(LK_ATAN2, a, b), S(atan2(x, y)), "atan2(\(a), \(b))")
            expect(found(LK_HYPOT, a, b), S(hypot(x, y)), "hypot(\(a), \(b))")
            let rest = fmod(x, y)
            let moved = S(rest) + (rest != 0 && (rest < 0) != (y < 0) ? b : 0)
            let remainder = found(LK_REMAINDER, a, b)
            #expect(
              remainder == moved || remainder.isNaN && moved.isNaN,
              "remainder(\(a), \(b)): \(remainder), not \(moved)")
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("maximum and minimum are NaN if either operand is", arguments: Configuration.all)
    func notANumber(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for op in [LK_MAXIMUM, LK_MINIMUM] {
          var out = [S](repeating: 0, count: 2)
          lk_zip(S.kind, op, 2, [S.nan, 1], 1, [1, S.nan], 1, &out, 0)
          #expect(out.allSatisfy { $0.isNaN })
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("integers wrap around, and divide by zero to zero")
    func integers() {
      var narrow = [Int32](repeating: 0, count: 4)
      lk_zip(LK_I32, LK_ADD, 4, [Int32.max, 1, -5, 7], 1, [Int32(1)], 0, &narrow, 0)
      #expect(narrow == [.min, 2, -4, 8])
      lk_zip(LK_I32, LK_DIVIDE, 4, [Int32.min, 7, -7, 3], 1, [Int32(-1), 2, 2, 0], 1, &narrow, 0)
      #expect(narrow == [.min, 3, -3, 0])
      var wide = [Int64](repeating: 10, count: 3)
      lk_zip(LK_I64, LK_MULTIPLY, 3, [Int64(2), 3, 4], 1, [Int64(5)], 0, &wide, 1)
      #expect(wide == [20, 25, 30])
      lk_zip(LK_I64, LK_LESS, 3, [Int64(2), 3, 4], 1, [Int64(3)], 0, &wide, 0)
      #expect(wide == [1, 0, 0])
    }

    @Test(
      "products of three operands and scaled sums equal their definitions",
      arguments: Configuration.all)
    func threeOperands(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        var numbers = Numbers(seed: 6)
        for size in [1, 5, 16, 37] {
          let a: [S] = numbers.array(size)
          let b: [S] = numbers.array(size)
          let c: [S] = numbers.array(size)
          for strides in [(1, 1, 1), (0, 1, 1), (1, 0, 0)] {
            var out = [S](repeating: 1, count: size)
            lk_multiply3(S.kind, size, a, strides.0, b, strides.1, c, strides.2, &out, 1)
            let expected = (0..<size).map {
              1 + Double(a[$0 * strides.0]) * Double(b[$0 * strides.1]) * Double(c[$0 * strides.2])
            }
            expectClose(out, expected, tolerance: S.tolerance, "multiply3")
          }
          var y = b
          lk_add_scaled(S.kind, size, -0.75, a, &y)
          expectClose(
            y, zip(a, b).map { Double($1) - 0.75 * Double($0) }, tolerance: S.tolerance, "y += αx")
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("selection picks by a mask of any scalar type, repeated or not")
    func selection() {
      var floats = [Float](repeating: 9, count: 3)
      lk_select(LK_F32, 3, [Float(1), -0.0, .nan], 1, [Float(1), 2, 3], 1, [Float(7)], 0, &floats)
      #expect(floats == [1, 7, 3])
      var bytes = [UInt8](repeating: 9, count: 3)
      lk_select(LK_U8, 3, [UInt8(0), 4, 0], 1, [UInt8(5)], 0, [UInt8(1), 2, 3], 1, &bytes)
      #expect(bytes == [1, 5, 3])
      var integers = [Int64](repeating: 9, count: 2)
      lk_select(LK_I64, 2, [Int64(1)], 0, [Int64(1), 2], 1, [Int64(3), 4], 1, &integers)
      #expect(integers == [1, 2])
    }
  }
}
