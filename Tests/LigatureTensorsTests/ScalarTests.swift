import LigatureTensors
import Testing

/// Making tensors from numbers and getting numbers back.
@Suite("Scalars") struct ScalarTests {
  @Test("scalars come back in row-major order, in every type", arguments: ScalarType.allCases)
  func roundTrip(_ type: ScalarType) throws {
    let x = try Tensor.range(0..<6, type).reshaped(to: [2, 3])
    #expect(x.scalarType == type)
    #expect(x.byteCount == 6 * type.byteCount)
    #expect(try x.doubles() == [0, 1, 2, 3, 4, 5])
    #expect(try x.transposed.doubles() == [0, 3, 1, 4, 2, 5])
    #expect(try x.transposed[1].doubles() == [1, 4])
    #expect(try Tensor.full([2], 7, type).doubles() == [7, 7])
    #expect(try Tensor.identity(2, type).doubles() == [1, 0, 0, 1])
    #expect(try Tensor.range(0..<0, type).shape == [0])
    #expect(try Tensor.identity(0, type).shape == [0, 0])
    #expect(try concatenate([x, x], axis: 0).shape == [4, 3])
    #expect(try x.gathered(Tensor([1, 1])).doubles() == [3, 4, 5, 3, 4, 5])
    #expect(try select(x, x, x).isIdentical(to: x))
  }

  @Test("a buffer is filled in place, beginning with zeros, and an error in it comes out")
  func filling() throws {
    let x = try Tensor(shape: [2, 2], as: Int32.self) { buffer in
      #expect(buffer.allSatisfy { $0 == 0 })
      buffer[3] = 9
    }
    #expect(try x.scalars(as: Int32.self) == [0, 0, 0, 9])
    struct Stop: Error {}
    #expect(throws: Stop.self) { try Tensor(shape: [2], as: Float.self) { _ in throw Stop() } }
  }

  @Test("conversion to integers truncates and saturates")
  func conversions() throws {
    let x = Tensor([2.9, -2.9, 1e30, -1e30, .nan, 300, -5])
    #expect(
      try x.cast(to: .int32).scalars(as: Int32.self)
        == [2, -2, .max, .min, 0, 300, -5])
    #expect(try x.cast(to: .uint8).scalars(as: UInt8.self) == [2, 0, 255, 0, 0, 255, 0])
    #expect(
      try x.cast(to: .int64).scalars(as: Int64.self) == [2, -2, .max, .min, 0, 300, -5])
    #expect(try Tensor.full([1], 300, .uint8).doubles() == [255])
    #expect(try Tensor.full([1], 1e30, .int32).doubles() == [Double(Int32.max)])
    #expect(try Tensor([UInt8(200)]).cast(to: .float32).doubles() == [200])
  }

  @Test("integer arithmetic wraps around, and dividing by zero gives zero")
  func integers() throws {
    let (a, b) = (Tensor([7, -7, Int.max, 5]), Tensor([2, 2, 1, 0]))
    #expect(try (a + b).scalars(as: Int64.self) == [9, -5, .min, 5])
    #expect(try (a / b).scalars(as: Int64.self) == [3, -3, .max, 0])
    #expect(try maximum(a, b).scalars(as: Int64.self) == [7, 2, .max, 5])
  }

  @Test("nearness knows its tolerances, not-a-numbers, shapes and types")
  func closeness() throws {
    let x = Tensor([1.0, .nan, .infinity])
    #expect(try x.isClose(to: Tensor([1.000001, .nan, .infinity])))
    #expect(try !x.isClose(to: Tensor([1.1, .nan, .infinity])))
    #expect(try !x.isClose(to: Tensor([1.0, 2, .infinity])))
    #expect(try !x.isClose(to: Tensor([1.0, .nan, -.infinity])))
    #expect(try !x.isClose(to: x.reshaped(to: [3, 1])))
    #expect(try !x.isClose(to: x.cast(to: .float32)))
    #expect(throws: TensorError.self) { try x.isClose(to: .deferred) }
  }

  @Test("identity is of bits")
  func identity() throws {
    #expect(try !Tensor([0.0]).isIdentical(to: Tensor([-0.0])))
    #expect(try Tensor([Double.nan]).isIdentical(to: Tensor([Double.nan])))
    #expect(try !Tensor([0.0]).isIdentical(to: Tensor([Float(0)])))
  }

  @Test("comparisons give 1 where true, in the operands' type")
  func comparisons() throws {
    let (a, b) = (Tensor([1.0, 2, 3, .nan]), Tensor([2.0, 2, 2, 2]))
    #expect(try (a .< b).doubles() == [1, 0, 0, 0])
    #expect(try (a .<= b).doubles() == [1, 1, 0, 0])
    #expect(try (a .> b).doubles() == [0, 0, 1, 0])
    #expect(try (a .>= b).doubles() == [0, 1, 1, 0])
    #expect(try (a .== b).doubles() == [0, 1, 0, 0])
    #expect(try (a .!= b).doubles() == [1, 0, 1, 1])
    #expect(try (a .< 2).doubles() == [1, 0, 0, 0])
    #expect(try (a .<= 2).doubles() == [1, 1, 0, 0])
    #expect(try (a .> 2).doubles() == [0, 0, 1, 0])
    #expect(try (a .>= 2).doubles() == [0, 1, 1, 0])
    #expect(try (a .== 2).doubles() == [0, 1, 0, 0])
    #expect(try (a .!= 2).doubles() == [1, 0, 1, 1])
    #expect(try (Tensor([1, 2, 3]) .> 2).scalars(as: Int64.self) == [0, 0, 1])
    let table = try Tensor([1.0, 2], shape: [2, 1]) .< Tensor([1.0, 2, 3])
    #expect(table.shape == [2, 3])
    #expect(try table.doubles() == [0, 1, 1, 0, 0, 1])
    let column = try Tensor([1.0, 9, 2, 9, 3, 9], shape: [3, 2]).slice(0..<1, axis: 1)
    #expect(try (column .> 1).doubles() == [0, 1, 1])
  }

  @Test("the index of an extreme is that of the first one, along any axis of any view")
  func extremes() throws {
    let x = try Tensor([3.0, 1, 3, 0, 5, 0], shape: [2, 3])
    #expect(try x.argmax().scalars(as: Int64.self) == [0, 1])
    #expect(try x.argmin().scalars(as: Int64.self) == [1, 0])
    #expect(try x.argmax(0).scalars(as: Int64.self) == [0, 1, 0])
    #expect(try x.transposed.argmax(0).scalars(as: Int64.self) == [0, 1])
    #expect(
      try x.cast(to: .float32).slice(1..<3, axis: 1).argmin(1).scalars(as: Int64.self) == [0, 1])
    #expect(try x.argmax().scalarType == .int64)
    #expect(try Tensor([1.0, .nan, 5]).argmax().item() == 1)
  }

  @Test("whether all is finite is told of views too")
  func finiteness() throws {
    let x = try Tensor([1.0, .infinity, 3, 4], shape: [2, 2])
    #expect(try !x.isFinite())
    #expect(try x[1].isFinite())
    #expect(try x.at(0, axis: 1).isFinite())
    #expect(try Tensor([Double]()).isFinite())
    #expect(try !Tensor([Float.nan]).isFinite())
  }
}
