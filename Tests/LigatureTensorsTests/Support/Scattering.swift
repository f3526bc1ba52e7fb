import LigatureTensors

/// Ways to hold the same numbers in memory with gaps or in another order.
enum Scattering: CaseIterable {
  /// Every axis reversed in memory.
  case permuted
  /// The inside of a larger box, with other numbers around it.
  case padded
  /// A column of a matrix for each number.
  case strided

  func view(of tensor: Tensor) throws -> Tensor {
    let shape = tensor.shape
    switch self {
    case .permuted:
      let reversed = Array(shape.indices.reversed())
      let values = Plain(shape, try tensor.doubles()).permuted(reversed)
      return try Tensor(values.values, shape: values.shape).cast(to: tensor.scalarType)
        .permuted(reversed)
    case .padded:
      let plain = Plain(shape, try tensor.doubles())
      let outer = Plain(shape.map { $0 + 2 }) { index in
        let inside = index.map { $0 - 1 }
        return zip(inside, shape).allSatisfy { $0 >= 0 && $0 < $1 } ? plain[inside] : 99
      }
      var view = try Tensor(outer.values, shape: outer.shape).cast(to: tensor.scalarType)
      for (axis, size) in shape.enumerated() { view = try view.slice(1..<(size + 1), axis: axis) }
      return view
    case .strided:
      let plain = Plain(shape, try tensor.doubles())
      let wide = Plain(shape + [3]) { $0.last == 1 ? plain[Array($0.dropLast())] : .nan }
      return try Tensor(wide.values, shape: wide.shape).cast(to: tensor.scalarType)
        .at(1, axis: shape.count)
    }
  }
}
