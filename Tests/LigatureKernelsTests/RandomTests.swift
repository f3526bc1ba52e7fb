import Foundation
import LigatureKernels
import Testing

extension KernelTests {
  @Suite struct Random {
    func block(_ key: UInt64, _ stream: UInt64, _ index: UInt64) -> [UInt32] {
      var words = [UInt32](repeating: 0, count: 4)
      lk_random_block(key, stream, index, &words)
      return words
    }

    @Test("blocks equal the known answers of the Random123 paper", arguments: Configuration.all)
    func knownAnswers(_ configuration: Configuration) {
      configuration.run {
        #expect(block(0, 0, 0) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
        #expect(block(.max, .max, .max) == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
        #expect(
          block(0x299f_31d0_a409_3822, 0x0370_7344_1319_8a2e, 0x85a3_08d3_243f_6a88)
            == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
      }
    }

    enum Draw: CaseIterable { case uniform, normal, mask }

    func draw<S: KernelScalar>(
      _ draw: Draw, first: UInt64 = 0, count: Int, stream: UInt64 = 5, as _: S.Type = S.self
    ) -> [S] {
      var out = [S](repeating: .nan, count: count)
      switch draw {
      case .uniform: lk_random_uniform(S.kind, 42, stream, first, count, -1, 3, &out)
      case .normal: lk_random_normal(S.kind, 42, stream, first, count, 2, 0.5, &out)
      case .mask: lk_random_mask(S.kind, 42, stream, first, count, 0.75, 4, &out)
      }
      return out
    }

    @Test(
      "element i does not depend on where a range begins, to the last bit",
      arguments: Configuration.all)
    func ranges(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for kind in Draw.allCases {
          let all: [S] = draw(kind, count: 300)
          for (first, count) in [(0, 0), (1, 1), (3, 70), (63, 5), (64, 128), (129, 171)] {
            let part: [S] = draw(kind, first: UInt64(first), count: count)
            #expect(part == Array(all[first..<first + count]))
          }
          #expect(all != draw(kind, count: 300, stream: 6))
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("uniform numbers and masks are the same on every level")
    func levels() {
      for kind in [Draw.uniform, .mask] {
        let singles = Configuration.all.filter { $0.scalar == Float.self }
          .map { $0.run { draw(kind, count: 200, as: Float.self) } }
        let doubles = Configuration.all.filter { $0.scalar == Double.self }
          .map { $0.run { draw(kind, count: 200, as: Double.self) } }
        #expect(singles.allSatisfy { $0 == singles[0] })
        #expect(doubles.allSatisfy { $0 == doubles[0] })
      }
    }

    @Test("uniform numbers fill their range and never reach its end", arguments: Configuration.all)
    func uniform(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        let x: [S] = draw(.uniform, count: 4000)
        #expect(x.allSatisfy { $0 >= -1 && $0 < 3 })
        let mean = x.reduce(0, +) / 4000
        // Standard error 4 / √12 / √4000 = 0.018.
        #expect(abs(mean - 1) < 0.08)
        var narrow = [S](repeating: 0, count: 2000)
        lk_random_uniform(S.kind, 1, 2, 0, 2000, 1, Double(S(1).nextUp), &narrow)
        #expect(narrow.allSatisfy { $0 == 1 })
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("normal numbers have the moments asked for", arguments: Configuration.all)
    func normal(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        let x = draw(.normal, count: 6000, as: S.self).map { (Double($0) - 2) / 0.5 }
        let moments = (1...4).map { power in
          x.reduce(0) { $0 + pow($1, Double(power)) } / Double(x.count)
        }
        // Five standard errors of each moment.
        for (moment, (expected, error)) in zip(
          moments,
          [(0.0, 1.0), (1, 2.0.squareRoot()), (0, 15.0.squareRoot()), (3, 96.0.squareRoot())])
        {
          #expect(abs(moment - expected) < 5 * error / Double(x.count).squareRoot())
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("normal numbers follow Box and Muller's formula", arguments: Configuration.all)
    func boxMuller(_ configuration: Configuration) {
      configuration.run {
        var x = [Float](repeating: 0, count: 64)
        lk_random_normal(LK_F32, 9, 3, 0, 64, 0, 1, &x)
        for i in stride(from: 0, to: 64, by: 2) {
          let words = block(9, 3, UInt64(i / 4))
          let radius = (-2 * log((Double(words[i % 4]) + 0.5) * 0x1p-32)).squareRoot()
          let angle = 2 * Double.pi * Double(words[i % 4 + 1] >> 8) * 0x1p-24
          #expect(abs(Double(x[i]) - radius * cos(angle)) < 1e-5)
          #expect(abs(Double(x[i + 1]) - radius * sin(angle)) < 1e-5)
        }
      }
    }

    @Test(
      "a mask keeps the share asked for, all of it and none of it", arguments: Configuration.all)
    func mask(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        let x: [S] = draw(.mask, count: 4000)
        #expect(x.allSatisfy { $0 == 0 || $0 == 4 })
        let kept = x.count { $0 != 0 }
        // Standard error √(4000 · 0.75 · 0.25) = 27.
        #expect(abs(kept - 3000) < 140)
        for (keep, value) in [(0.0, S(0)), (1.0, 4)] {
          var all = [S](repeating: 9, count: 50)
          lk_random_mask(S.kind, 1, 1, 0, 50, keep, 4, &all)
          #expect(all.allSatisfy { $0 == value })
        }
      }
      configuration.run { body(configuration.scalar) }
    }
  }
}
