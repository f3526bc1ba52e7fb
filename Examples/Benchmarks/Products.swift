import Foundation
import LigatureKernels

/// Matrix products against the rate of bare multiply-adds, on one thread.
///
/// Every measurement of a product stands next to one of the peak loop, so that the ratio survives a
/// processor that changes its clock or is shared. The medians are printed.
enum ProductBenchmark {
  /// The products of a 784-784 layer and its halves for batches of 128 rows, `[m, n, k]`.
  static let shapes = [
    (784, 784, 128), (128, 784, 784), (784, 128, 784), (128, 392, 784), (784, 392, 128),
    (128, 784, 392), (784, 128, 392),
  ]

  static func run(samples: Int = 31) {
    print("Products in float32, level \(String(cString: lk_level_name(lk_level()))), one thread")
    print("    m    n    k   A B          GFLOP/s     peak    ratio")
    for (m, n, k) in shapes {
      for combination in 0..<8 {
        let product = Product(
          m: m, n: n, k: k, aTransposed: combination & 1 != 0, bTransposed: combination & 2 != 0,
          accumulate: combination & 4 != 0)
        print(product.measured(samples: samples))
      }
    }
  }
}

/// One product with storage of its own.
private final class Product {
  private var product = LKProduct()
  private let aTransposed: Bool
  private let bTransposed: Bool
  private let storage: [UnsafeMutableRawPointer]
  private let workspace: UnsafeMutableRawPointer

  init(m: Int, n: Int, k: Int, aTransposed: Bool, bTransposed: Bool, accumulate: Bool) {
    (self.aTransposed, self.bTransposed) = (aTransposed, bTransposed)
    storage = [m * k, k * n, m * n].map { count in
      let pointer = UnsafeMutableRawPointer.allocate(byteCount: 4 * count, alignment: 64)
      lk_random_uniform(LK_F32, 1, UInt64(count), 0, count, -1, 1, pointer)
      return pointer
    }
    (product.m, product.n, product.k) = (m, n, k)
    (product.a, product.b, product.c) = (.init(storage[0]), .init(storage[1]), storage[2])
    (product.a_row, product.a_column) = aTransposed ? (1, m) : (k, 1)
    (product.b_row, product.b_column) = bTransposed ? (1, k) : (n, 1)
    product.c_row = n
    product.accumulate = accumulate ? 1 : 0
    workspace = .allocate(byteCount: lk_product_workspace(LK_F32, &product), alignment: 64)
  }

  deinit {
    storage.forEach { $0.deallocate() }
    workspace.deallocate()
  }

  /// One line: shape, transposes, rates, and the ratio of each product to the peak beside it.
  func measured(samples: Int) -> String {
    let operations = 2 * Double(product.m) * Double(product.n) * Double(product.k)
    var rates: [Double] = []
    var peaks: [Double] = []
    for _ in 0..<samples {
      var peakOperations = 0.0
      let peakSeconds = seconds { peakOperations = lk_peak_loop(LK_F32, 20_000) }
      peaks.append(peakOperations / peakSeconds)
      rates.append(operations / seconds { lk_product(LK_F32, &product, workspace) })
    }
    let ratios = zip(rates, peaks).map { $0 / $1 }
    return String(
      format: "%5d%5d%5d   %@ %@ %@ %9.1f%9.1f%9.3f", product.m, product.n, product.k,
      aTransposed ? "T" : "N", bTransposed ? "T" : "N", product.accumulate == 1 ? "added" : "     ",
      median(rates) * 1e-9, median(peaks) * 1e-9, median(ratios))
  }
}

/// Processor time of this thread, which does not count what others run in between.
private func seconds(_ body: () -> Void) -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
  let start = now()
  body()
  return now() - start
}

private func median(_ values: [Double]) -> Double {
  values.sorted()[values.count / 2]
}
