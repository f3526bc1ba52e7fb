import LigatureKernels
import Testing

/// One product with its operands, laid out as asked for.
struct ProductCase<S: KernelScalar> {
  var m: Int, n: Int, k: Int
  var aTransposed = false, bTransposed = false
  /// Scalars between the elements of an operand that would be adjacent.
  var gap = 1
  var accumulate = false
  var bias = false
  var activation = LK_IDENTITY

  let a: [S], b: [S], c: [S], biases: [S]

  init(_ m: Int, _ n: Int, _ k: Int, gap: Int = 1) {
    (self.m, self.n, self.k, self.gap) = (m, n, k, gap)
    var numbers = Numbers(seed: UInt64(m * 10_007 + n * 101 + k))
    a = numbers.array(m * k * gap)
    b = numbers.array(k * n * gap)
    c = numbers.array(m * (n + 3))
    biases = numbers.array(n)
  }

  var aStrides: (row: Int, column: Int) { aTransposed ? (gap, m * gap) : (k * gap, gap) }
  var bStrides: (row: Int, column: Int) { bTransposed ? (gap, k * gap) : (n * gap, gap) }
  var stride: Int { n + 3 }

  /// C after the product of the given rows and columns; what lies beside the columns stays.
  func callAsFunction(rows: Range<Int>? = nil, columns: Range<Int>? = nil, into start: [S]? = nil)
    -> [S]
  {
    var result = start ?? c
    let rows = rows ?? 0..<m
    let columns = columns ?? 0..<n
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        biases.withUnsafeBufferPointer { biases in
          result.withUnsafeMutableBufferPointer { c in
            var product = LKProduct()
            (product.m, product.n, product.k) = (rows.count, columns.count, k)
            product.a = UnsafeRawPointer(a.baseAddress.map { $0 + rows.lowerBound * aStrides.row })
            (product.a_row, product.a_column) = (aStrides.row, aStrides.column)
            product.b = UnsafeRawPointer(
              b.baseAddress.map { $0 + columns.lowerBound * bStrides.column })
            (product.b_row, product.b_column) = (bStrides.row, bStrides.column)
            product.c = UnsafeMutableRawPointer(
              c.baseAddress.map { $0 + rows.lowerBound * stride + columns.lowerBound })
            product.c_row = stride
            product.accumulate = accumulate ? 1 : 0
            if bias {
              product.bias = UnsafeRawPointer(biases.baseAddress.map { $0 + columns.lowerBound })
            }
            product.activation = activation
            product.parameter = 0.125
            let bytes = lk_product_workspace(S.kind, &product)
            let workspace = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
            defer { workspace.deallocate() }
            lk_product(S.kind, &product, workspace)
          }
        }
      }
    }
    return result
  }

  var reference: [Double] {
    var result = c.map(Double.init)
    for i in 0..<m {
      for j in 0..<n {
        var sum = accumulate ? Double(c[i * stride + j]) : 0
        for p in 0..<k {
          sum +=
            Double(a[i * aStrides.row + p * aStrides.column])
            * Double(b[p * bStrides.row + j * bStrides.column])
        }
        if bias { sum += Double(biases[j]) }
        result[i * stride + j] = activate(sum, activation, 0.125)
      }
    }
    return result
  }
}

extension KernelTests {
  @Suite struct Products {
    static let shapes = [
      (0, 3, 2), (3, 0, 2), (3, 4, 0), (1, 1, 1), (1, 33, 7), (2, 17, 9), (5, 3, 16), (7, 31, 5),
      (13, 32, 4), (14, 33, 3), (15, 16, 17), (16, 1, 15), (29, 65, 11), (43, 18, 2), (6, 90, 13),
      (90, 6, 13),
    ]

    func check<S: KernelScalar>(
      _ product: ProductCase<S>, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      expectClose(
        product(), product.reference, tolerance: S.tolerance * Double(1 + product.k) / 4,
        "[\(product.m), \(product.k)] x [\(product.k), \(product.n)]",
        sourceLocation: sourceLocation)
    }

    @Test(
      "a product of any shape equals the plain sum, in all transpose combinations",
      arguments: Configuration.all)
    func shapes(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for (m, n, k) in Self.shapes {
          for combination in 0..<8 {
            var product = ProductCase<S>(m, n, k)
            product.aTransposed = combination & 1 != 0
            product.bTransposed = combination & 2 != 0
            product.accumulate = combination & 4 != 0
            check(product)
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test("operands may have gaps between all their elements", arguments: Configuration.all)
    func gaps(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for (m, n, k) in [(3, 5, 7), (17, 40, 9), (40, 17, 9)] {
          check(ProductCase<S>(m, n, k, gap: 3))
        }
        // Rows that all fall into the same sets of a cache are packed first.
        check(ProductCase<S>(16, 70, 4, gap: 512))
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test(
      "bias and activation are applied once, after the last block of the sum",
      arguments: Configuration.all)
    func epilogue(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for activation in [
          LK_IDENTITY, LK_ACT_RELU, LK_ACT_LEAKY_RELU, LK_ACT_TANH, LK_ACT_SIGMOID, LK_ACT_GELU,
        ] {
          for (m, n, k) in [(5, 37, 6), (37, 5, 6), (3, 4, 0), (2, 3, 1100)] {
            var product = ProductCase<S>(m, n, k)
            product.activation = activation
            product.bias = true
            check(product)
            product.accumulate = true
            check(product)
            product.bias = false
            check(product)
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test(
      "an element does not depend on how rows and columns are split, to the last bit",
      arguments: Configuration.all)
    func splits(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        for combination in 0..<4 {
          for (m, n, k) in [(37, 45, 30), (9, 70, 1030)] {
            var product = ProductCase<S>(m, n, k)
            product.aTransposed = combination & 1 != 0
            product.bTransposed = combination & 2 != 0
            product.bias = true
            product.activation = LK_ACT_TANH
            let whole = product()
            for cut in [1, 4, 8] {
              #expect(product(rows: cut..<m, into: product(rows: 0..<cut)) == whole)
              #expect(product(columns: cut..<n, into: product(columns: 0..<cut)) == whole)
            }
            #expect(
              product(rows: 3..<4, columns: 5..<6)[3 * product.stride + 5]
                == whole[3 * product.stride + 5])
          }
        }
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test(
      "an element does not depend on whether operands are transposed, to the last bit",
      arguments: Configuration.all)
    func layouts(_ configuration: Configuration) {
      func body<S: KernelScalar>(_: S.Type) {
        let (m, n, k) = (21, 50, 33)
        let straight = ProductCase<S>(m, n, k)
        var turned = straight
        turned.aTransposed = true
        turned.bTransposed = true
        var columns = [S](repeating: 0, count: m * k)
        for i in 0..<m { for p in 0..<k { columns[p * m + i] = straight.a[i * k + p] } }
        var rows = [S](repeating: 0, count: k * n)
        for p in 0..<k { for j in 0..<n { rows[j * k + p] = straight.b[p * n + j] } }
        let other = ProductCase(copying: turned, a: columns, b: rows)
        #expect(other() == straight())
      }
      configuration.run { body(configuration.scalar) }
    }

    @Test(
      "the suggested pieces cover a product and are of about equal cost",
      arguments: Configuration.all)
    func pieces(_ configuration: Configuration) {
      configuration.run {
        for (m, n, k) in [
          (784, 784, 128), (128, 784, 784), (784, 128, 784), (3, 5, 2), (1, 100, 9),
        ] {
          for parts in 1...4 {
            var product = LKProduct()
            (product.m, product.n, product.k) = (m, n, k)
            (product.a_row, product.a_column, product.b_row, product.b_column) = (k, 1, n, 1)
            var rows: Int32 = -1
            let unit = lk_product_split(configuration.scalar.kind, &product, parts, &rows)
            #expect(rows == 0 || rows == 1)
            #expect(unit >= 1)
            let size = rows == 1 ? m : n
            let pieces = (size + unit - 1) / unit
            let largest = (pieces + parts - 1) / parts * unit
            if m * n * k > 1_000_000 { #expect(Double(largest * parts) <= 1.05 * Double(size)) }
          }
        }
      }
    }
  }
}

extension ProductCase {
  /// The same product of other operands.
  init(copying other: ProductCase, a: [S], b: [S]) {
    (m, n, k, gap) = (other.m, other.n, other.k, other.gap)
    (aTransposed, bTransposed) = (other.aTransposed, other.bTransposed)
    (accumulate, bias, activation) = (other.accumulate, other.bias, other.activation)
    (c, biases) = (other.c, other.biases)
    (self.a, self.b) = (a, b)
  }
}
