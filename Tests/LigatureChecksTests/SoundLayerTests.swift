import Ligature
import Testing

extension CheckTests {
  @Suite("Sound layers")
  struct SoundLayerTests {
    @Test("no check fails for a sound layer, whatever the seed", arguments: SoundLayer.all)
    func passes(_ sound: SoundLayer) throws {
      for seed in 0..<(isThorough ? 20 : 1) {
        var options = sound.options
        options.seed = UInt64(seed)
        let report = checkLayer(try sound.make(), sound.layouts, options: options)
        #expect(report.passed, "with seed \(seed): \(report)")
      }
    }

    @Test("there are many sound layers")
    func complete() {
      #expect(SoundLayer.all.count >= 220)
      #expect(Set(SoundLayer.all.map(\.name)).count == SoundLayer.all.count)
    }
  }
}
