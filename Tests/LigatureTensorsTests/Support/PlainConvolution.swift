/// A convolution as its formula reads: which products go from images and filters to outputs.
struct PlainConvolution {
  var size: [Int]
  var kernel: [Int]
  var stride: [Int]
  var dilation: [Int]
  var before: [Int]
  var after: [Int]
  var groups = 1

  var output: [Int] {
    size.indices.map { axis in
      let extent = (kernel[axis] - 1) * dilation[axis] + 1
      return (size[axis] + before[axis] + after[axis] - extent) / stride[axis] + 1
    }
  }

  /// For each pair of an output and an element of the kernel the element of the image that they
  /// meet, where there is one.
  private func meetings() -> [(source: [Int], target: [Int], tap: [Int])] {
    Plain.indices(of: output).flatMap { target in
      Plain.indices(of: kernel).compactMap { tap in
        let source = size.indices.map {
          target[$0] * stride[$0] + tap[$0] * dilation[$0] - before[$0]
        }
        let isInside = zip(source, size).allSatisfy { $0 >= 0 && $0 < $1 }
        return isInside ? (source, target, tap) : nil
      }
    }
  }

  func forward(_ x: Plain, _ filters: Plain, _ bias: Plain? = nil) -> Plain {
    let (batch, outputs) = (x.shape[0], filters.shape[filters.shape.count - 1])
    let depth = filters.shape[filters.shape.count - 2]
    let meetings = meetings()
    return Plain([batch] + output + [outputs]) { index in
      let (target, o) = (Array(index.dropFirst().dropLast()), index[index.count - 1])
      let group = o / (outputs / groups)
      var sum: Double = bias?[[o]] ?? 0
      for meeting in meetings where meeting.target == target {
        for i in 0..<depth {
          let pixel = x[[index[0]] + meeting.source + [group * depth + i]]
          sum += pixel * filters[meeting.tap + [i, o]]
        }
      }
      return sum
    }
  }

  func transposed(_ y: Plain, _ filters: Plain, _ bias: Plain? = nil) -> Plain {
    let (batch, outputs) = (y.shape[0], filters.shape[filters.shape.count - 1])
    let depth = filters.shape[filters.shape.count - 2]
    let perGroup = outputs / groups
    let meetings = meetings()
    return Plain([batch] + size + [depth * groups]) { index in
      let (source, c) = (Array(index.dropFirst().dropLast()), index[index.count - 1])
      let group = c / depth
      var sum: Double = bias?[[c]] ?? 0
      for meeting in meetings where meeting.source == source {
        for o in (group * perGroup)..<((group + 1) * perGroup) {
          sum += y[[index[0]] + meeting.target + [o]] * filters[meeting.tap + [c % depth, o]]
        }
      }
      return sum
    }
  }
}

extension Plain {
  /// Windows of an image, for each channel by itself: a function of what each has.
  func pooled(_ windows: [[Range<Int>]], _ function: ([Double]) -> Double) -> Plain {
    let target: [Int] = [shape[0]] + windows.map { $0.count } + [shape[shape.count - 1]]
    return Plain(target) { index in
      let ranges: [Range<Int>] = windows.indices.map { windows[$0][index[$0 + 1]] }
      let places = Plain.indices(of: ranges.map { $0.count })
      let values = places.map { place -> Double in
        var source = [index[0]]
        for (offset, range) in Swift.zip(place, ranges) { source.append(offset + range.lowerBound) }
        return self[source + [index[index.count - 1]]]
      }
      return function(values)
    }
  }
}
