import LigatureKernels
import Testing

extension KernelTests {
  @Suite struct Levels {
    @Test("the baseline runs everywhere, and the level in use is one that the processor supports")
    func support() {
      #expect(lk_supports_level(LK_LEVEL_BASELINE) == 1)
      #expect(lk_supports_level(lk_level()) == 1)
    }

    @Test("every level has its name", arguments: Configuration.levels)
    func names(_ level: LKLevel) {
      let names = ["baseline", "neon", "avx2", "avx512"]
      #expect(names.contains(String(cString: lk_level_name(level))))
    }

    @Test("asking for a level that the processor lacks changes nothing")
    func refusal() {
      let former = lk_level()
      for level in [LK_LEVEL_AVX2, LK_LEVEL_AVX512] where lk_supports_level(level) == 0 {
        #expect(lk_use_level(level) == 0)
        #expect(lk_level() == former)
      }
    }

    @Test(
      "the peak loop counts two operations for each lane of each multiply-add",
      arguments: Configuration.all)
    func peak(_ configuration: Configuration) {
      configuration.run {
        let once = lk_peak_loop(configuration.scalar.kind, 1)
        #expect(once > 0)
        #expect(lk_peak_loop(configuration.scalar.kind, 10) == 10 * once)
      }
    }
  }
}
