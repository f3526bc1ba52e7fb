import Foundation
import Ligature
import LigatureTensors
import Synchronization

/// Whether training settles: 100 steps of the reference recipe, after 20 to warm up, should take no
/// new memory from the system.
enum SteadyState {
  static func run() throws {
    var stream = RandomStream(seed: 0)
    let images = try stream.uniform([1280, 28, 28, 1])
    let network = try Network(input: Layout("BSSC", [nil, 28, 28, 1])) {
      WeightTyingAutoEncoderLayer(
        encoder: Network {
          FullyConnected(784)
          ReLU()
          FullyConnected(392)
          ReLU()
          FullyConnected(196)
          ReLU()
        })
    }
    let readings = Mutex<[Reading]>([])
    var options = TrainingOptions(
      .adam, epochs: 12, batchSize: 128, l2: 1e-4, shuffle: .once, incompleteBatch: .drop,
      metrics: [.rmse])
    options.verbose = .silent
    options.onProgress = { progress in
      let step = (progress.epoch - 1) * progress.iterationsPerEpoch + progress.iteration
      if step == 20 || step == 120 { readings.withLock { $0.append(Reading()) } }
      return .continue
    }
    try train(
      network, on: TrainingData(reconstructing: images), loss: .binaryCrossEntropy,
      options: options)
    let (before, after) = readings.withLock { ($0[0], $0[1]) }
    print("Steady state: 100 steps of the reference recipe, batch 128, \(Parallel.threads) threads")
    print("  pool misses         \(after.misses - before.misses)")
    print("  minor page faults   \(after.faults - before.faults)")
    print("  heap growth (bytes) \(after.heapBytes - before.heapBytes)")
  }

  private struct Reading {
    let misses = StoragePool.shared.statistics.misses
    let faults: Int
    let heapBytes: Int

    init() {
      var usage = rusage()
      #if os(Linux)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        heapBytes = Reading.dataBytes
      #else
        getrusage(RUSAGE_SELF, &usage)
        var statistics = malloc_statistics_t()
        malloc_zone_statistics(nil, &statistics)
        heapBytes = Int(statistics.size_in_use)
      #endif
      faults = Int(usage.ru_minflt)
    }

    #if os(Linux)
      /// Bytes of data and heap, the sixth number of `/proc/self/statm`, which counts pages.
      private static var dataBytes: Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst(5).first.flatMap { Int($0) } ?? 0
        return pages * sysconf(Int32(_SC_PAGESIZE))
      }
    #endif
  }
}
