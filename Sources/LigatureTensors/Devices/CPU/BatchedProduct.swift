import LigatureKernels

/// A product of two constants, batch by batch.
struct BatchedProduct {
  let a: Tensor
  let b: Tensor
  let shape: [Int]

  /// Operands with the batch axes of the result.
  init(_ a: Tensor, _ b: Tensor, _ shape: [Int]) {
    self.a = a
    self.b = b
    self.shape = shape
  }

  func evaluate(
    into target: UnsafeMutableRawPointer, adding: Bool, bias: Tensor? = nil,
    activation: FusedActivation = .identity
  ) {
    let type = a.scalarType
    let (m, n, k) = (shape[shape.count - 2], shape[shape.count - 1], a.shape[a.rank - 1])
    guard m > 0, n > 0 else { return }
    let batches = shape.dropLast(2).reduce(1, *)
    let walkA = BatchOffsets(a)
    let walkB = BatchOffsets(b)
    func one(_ batch: Int) -> LKProduct {
      LKProduct(
        m: m, n: n, k: k, a: a.pointer + walkA.offset(batch) * type.byteCount,
        a_row: a.strides[a.rank - 2], a_column: a.strides[a.rank - 1],
        b: b.pointer + walkB.offset(batch) * type.byteCount, b_row: b.strides[b.rank - 2],
        b_column: b.strides[b.rank - 1], c: target + batch * m * n * type.byteCount, c_row: n,
        accumulate: adding ? 1 : 0, bias: bias.map { UnsafeRawPointer($0.pointer) },
        activation: activation.kernel, parameter: 0)
    }
    if batches == 1 {
      run(one(0), type)
    } else {
      let minimum = max(1, Kernels.productMinimum / max(1, m * n * k))
      let pieces = Parallel.pieces(batches, minimum: minimum)
      let workspaces = Workspaces(for: pieces.map { one($0.lowerBound) }, type)
      Parallel.forEach(pieces) { number, range in
        for batch in range { workspaces.run(one(batch), in: number) }
      }
    }
  }

  /// One product on several threads, cut along rows or columns as suits the kernel.
  private func run(_ product: LKProduct, _ type: ScalarType) {
    let parts = min(Parallel.threads, product.m * product.n * product.k / Kernels.productMinimum)
    guard parts > 1 else { return Workspaces(for: [product], type).run(product, in: 0) }
    var splitsRows: Int32 = 0
    let granularity = withUnsafePointer(to: product) {
      lk_product_split(type.kernelType, $0, parts, &splitsRows)
    }
    let byRows = splitsRows != 0
    let count = byRows ? product.m : product.n
    let pieces = Parallel.pieces(
      count, granularity: max(1, granularity), minimum: max(1, count / parts))
    let parted = pieces.map { product.part($0, byRows: byRows, width: type.byteCount) }
    let workspaces = Workspaces(for: parted, type)
    Parallel.forEach(pieces) { number, _ in workspaces.run(parted[number], in: number) }
  }
}

extension LKProduct {
  /// The product of some rows of A, or of some columns of B.
  fileprivate func part(_ range: Range<Int>, byRows: Bool, width: Int) -> LKProduct {
    var part = self
    if byRows {
      part.m = range.count
      part.a = a + range.lowerBound * a_row * width
      part.c = c + range.lowerBound * c_row * width
    } else {
      part.n = range.count
      part.b = b + range.lowerBound * b_column * width
      part.c = c + range.lowerBound * width
      part.bias = bias.map { $0 + range.lowerBound * width }
    }
    return part
  }
}

/// Scratch memory for products that run at the same time, taken before they start: what a step
/// takes from the pool must not depend on which of them overlap.
private struct Workspaces {
  private let storage: Storage
  private let byteCount: Int
  private let type: ScalarType

  init(for products: [LKProduct], _ type: ScalarType) {
    let needed = products.map { product in
      withUnsafePointer(to: product) { lk_product_workspace(type.kernelType, $0) }
    }
    byteCount = ((needed.max() ?? 0) + 63) & ~63
    storage = Storage(byteCount: byteCount * products.count)
    self.type = type
  }

  func run(_ product: LKProduct, in number: Int) {
    withExtendedLifetime(storage) {
      withUnsafePointer(to: product) {
        lk_product(type.kernelType, $0, storage.pointer + number * byteCount)
      }
    }
  }
}
