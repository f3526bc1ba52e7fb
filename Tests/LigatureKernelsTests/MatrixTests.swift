import Foundation
import LigatureKernels
import Testing

extension KernelTests {
  /// Small dense matrices. These kernels are the same at every level.
  @Suite struct Matrices {
    private func product(_ n: Int, _ m: Int, _ a: [Double], _ x: [Double]) -> [Double] {
      (0..<n * m).map { place in
        (0..<n).reduce(0) { $0 + a[place / m * n + $1] * x[$1 * m + place % m] }
      }
    }

    private func workspace(_ n: Int, _ m: Int) -> [Double] {
      [Double](repeating: 0, count: lk_matrix_workspace(n, m) / 8)
    }

    @Test("a solution times its matrix is the right-hand side, and pivots multiply to 0 or not")
    func solutions() {
      var numbers = Numbers(seed: 31)
      for n in [0, 1, 2, 3, 7, 12] {
        let a: [Double] = numbers.array(n * n)
        let b: [Double] = numbers.array(n * 2)
        var x = b
        var room = workspace(n, 2)
        #expect(lk_solve(LK_F64, n, 2, a, b, &x, &room) == 0)
        expectClose(product(n, 2, a, x), b, tolerance: 1e-11, "solution of size \(n)")
      }
      var x: [Float] = [0, 0]
      var room = workspace(2, 1)
      #expect(lk_solve(LK_F32, 2, 1, [1, 2, 2, 4] as [Float], [1, 1] as [Float], &x, &room) == 1)
      var pivots: [Double] = [9, 9, 9]
      room = workspace(3, 0)
      lk_pivots(LK_F64, 3, [0, 2, 0, 3, 0, 0, 0, 0, 4] as [Double], &pivots, &room)
      #expect(pivots.reduce(1, *) == -24)
      lk_pivots(LK_F64, 3, [Double](repeating: 1, count: 9), &pivots, &room)
      #expect(pivots.reduce(1, *) == 0)
    }

    @Test("a triangle is solved without a look at the other one")
    func triangles() {
      var x: [Double] = [0, 0]
      var room = workspace(2, 1)
      #expect(
        lk_solve_triangular(
          LK_F64, 0, 2, 1, [2, .nan, 1, 4] as [Double], [2, 9] as [Double], &x, &room) == 0)
      #expect(x == [1, 2])
      #expect(
        lk_solve_triangular(
          LK_F64, 1, 2, 1, [2, 1, .nan, 4] as [Double], [4, 8] as [Double], &x, &room) == 0)
      #expect(x == [1, 2])
      #expect(
        lk_solve_triangular(
          LK_F64, 1, 2, 1, [2, 1, 0, 0] as [Double], [4, 8] as [Double], &x, &room) == 1)
    }

    @Test("Cholesky's factor times its transpose is the matrix; what is not definite is told")
    func factors() {
      let a: [Double] = [4, .nan, .nan, 2, 10, .nan, -2, 5, 6]
      var l = a
      var room = workspace(3, 0)
      #expect(lk_cholesky(LK_F64, 3, a, &l, &room) == 0)
      #expect(l == [2, 0, 0, 1, 3, 0, -1, 2, 1])
      #expect(lk_cholesky(LK_F64, 2, [1, 2, 2, 1] as [Double], &l, &room) == 1)
      #expect(lk_cholesky(LK_F64, 1, [0] as [Double], &l, &room) == 1)
    }
  }
}
