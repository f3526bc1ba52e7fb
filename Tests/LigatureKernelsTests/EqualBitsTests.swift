import EqualBits
import LigatureKernels
import Testing

extension KernelTests {
  @Suite struct EqualBits {
    /// Levels with fused multiply-add; the baseline of x86-64 rounds twice instead.
    static let levels = Configuration.levels.filter {
      String(cString: lk_level_name($0)) != "baseline"
    }

    @Test(
      "every kernel gives the same bits at every level that fuses multiply and add",
      arguments: [LK_F32, LK_F64].map(\.rawValue))
    func levels(_ type: LKScalar.RawValue) {
      for kernel in 0..<eb_count() {
        let numbers = Self.levels.map { level in
          #expect(lk_use_level_here(level) == 1)
          defer { lk_follow_level() }
          return eb_hash(kernel, LKScalar(rawValue: type))
        }
        #expect(Set(numbers).count <= 1, "\(String(cString: eb_name(kernel)))")
      }
    }
  }
}
