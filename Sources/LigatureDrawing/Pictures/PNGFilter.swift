/// The five ways in which PNG predicts a byte from its neighbours.
private enum PNGFilter: UInt8, CaseIterable {
  case none, sub, up, average, paeth

  /// - Parameters:
  ///   - left: the byte of the pixel before.
  ///   - above: the byte of the row before.
  ///   - corner: the byte before that one.
  func prediction(left: UInt8, above: UInt8, corner: UInt8) -> UInt8 {
    switch self {
    case .none: return 0
    case .sub: return left
    case .up: return above
    case .average: return UInt8((Int(left) + Int(above)) / 2)
    case .paeth:
      let estimate = Int(left) + Int(above) - Int(corner)
      let distances = (
        abs(estimate - Int(left)), abs(estimate - Int(above)), abs(estimate - Int(corner))
      )
      if distances.0 <= distances.1 && distances.0 <= distances.2 { return left }
      return distances.1 <= distances.2 ? above : corner
    }
  }
}

extension Raster {
  /// The rows as PNG compresses them: a filter's number, then what it leaves of each byte.
  func filteredRows() -> [UInt8] {
    let step = colorModel.rawValue
    let length = width * step
    var result: [UInt8] = []
    result.reserveCapacity(height * (length + 1))
    var above = [UInt8](repeating: 0, count: length)
    var candidate = above
    for row in 0..<height {
      let line = Array(bytes[row * length..<(row + 1) * length])
      var best: (filter: PNGFilter, cost: Int, bytes: [UInt8]) = (.none, .max, line)
      for filter in PNGFilter.allCases {
        var cost = 0
        for index in 0..<length {
          let value =
            line[index]
            &- filter.prediction(
              left: index < step ? 0 : line[index - step], above: above[index],
              corner: index < step ? 0 : above[index - step])
          candidate[index] = value
          cost += abs(Int(Int8(bitPattern: value)))
        }
        if cost < best.cost { best = (filter, cost, candidate) }
      }
      result.append(best.filter.rawValue)
      result.append(contentsOf: best.bytes)
      above = line
    }
    return result
  }
}
