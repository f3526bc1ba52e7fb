import LigatureTensors
import Testing

/// The text of tensors, which leaves out the middle of long axes.
@Suite("Printing") struct PrintingTests {
  private func text(_ tensor: Tensor) -> String { tensor.description }

  @Test("a number, a vector and nothing are set on one line")
  func short() throws {
    #expect(text(try .scalar(2.5)) == "Tensor(float32 []) 2.5000")
    #expect(text(Tensor([1.0, -2, 3])) == "Tensor(float64 [3]) [1 -2 3]")
    #expect(text(Tensor([0.5, -0.25])) == "Tensor(float64 [2]) [0.5000 -0.2500]")
    #expect(text(Tensor([UInt8(0), 255])) == "Tensor(uint8 [2]) [0 255]")
    #expect(text(try .zeros([2, 0, 3])) == "Tensor(float32 [2, 0, 3]) []")
    #expect(text(.deferred) == "Tensor(deferred)")
    #expect(text(Tensor([1.0]).transposed) == "Tensor(deferred)")
  }

  @Test("columns of matrices line up")
  func matrices() throws {
    let matrix = try Tensor([1.5, -20.25, 3, 0.125, 5, 100], shape: [2, 3])
    let expected = """
      Tensor(float64 [2, 3])
      [[  1.5000 -20.2500   3.0000]
       [  0.1250   5.0000 100.0000]]
      """
    #expect(text(matrix) == expected)
    #expect(text(matrix.transposed.transposed) == expected)
    let whole = try Tensor([1, -2, 300, 4], shape: [2, 2])
    #expect(text(whole) == "Tensor(int64 [2, 2])\n[[  1  -2]\n [300   4]]")
  }

  @Test("of a long axis the first and last three are shown")
  func elision() throws {
    #expect(text(try .range(0..<8)) == "Tensor(int64 [8]) [0 1 2 3 4 5 6 7]")
    #expect(text(try .range(0..<1000)) == "Tensor(int64 [1000]) [0 1 2 … 997 998 999]")
    let matrix = try Tensor.range(0..<144).reshaped(to: [12, 12])
    #expect(
      text(matrix) == """
        Tensor(int64 [12, 12])
        [[  0   1   2 …   9  10  11]
         [ 12  13  14 …  21  22  23]
         [ 24  25  26 …  33  34  35]
         ⋮
         [108 109 110 … 117 118 119]
         [120 121 122 … 129 130 131]
         [132 133 134 … 141 142 143]]
        """)
  }

  @Test("further axes are nested")
  func nested() throws {
    let box = try Tensor.range(0..<12).reshaped(to: [2, 3, 2])
    #expect(
      text(box) == """
        Tensor(int64 [2, 3, 2])
        [[[ 0  1]
          [ 2  3]
          [ 4  5]]
         [[ 6  7]
          [ 8  9]
          [10 11]]]
        """)
  }

  @Test("very large and very small numbers have exponents, and rounding does not make ten of nine")
  func exponents() {
    #expect(text(Tensor([1.5e7, -2.25e-3])) == "Tensor(float64 [2]) [1.5000e7 -2.2500e-3]")
    #expect(text(Tensor([0.0, 4e-5])) == "Tensor(float64 [2]) [0.0000e0 4.0000e-5]")
    #expect(text(Tensor([9.999_996e7])) == "Tensor(float64 [1]) [1.0000e8]")
    #expect(text(Tensor([1e300])) == "Tensor(float64 [1]) [1.0000e300]")
    #expect(text(Tensor([999_999.999_99])) == "Tensor(float64 [1]) [1000000.0000]")
  }

  @Test("what is not finite is named, and leaves the others as they are")
  func notFinite() {
    #expect(
      text(Tensor([Double.nan, .infinity, -.infinity, 1.5]))
        == "Tensor(float64 [4]) [nan inf -inf 1.5000]")
    #expect(text(Tensor([Double.nan])) == "Tensor(float64 [1]) [nan]")
  }

  @Test("integers are printed exactly, to the last one")
  func integers() {
    #expect(
      text(Tensor([Int64.max, Int64.min, 9_007_199_254_740_993]))
        == "Tensor(int64 [3]) [9223372036854775807 -9223372036854775808 9007199254740993]")
    #expect(text(Tensor([Int32.max])) == "Tensor(int32 [1]) [2147483647]")
  }

  @Test("errors print as one sentence after another")
  func errors() {
    let error = TensorError("matmul", "the sizes differ", remedy: "Transpose one")
    #expect("\(error)" == "matmul: the sizes differ. Transpose one.")
  }
}
