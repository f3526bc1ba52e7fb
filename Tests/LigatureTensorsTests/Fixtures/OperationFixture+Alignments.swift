import Foundation
import LigatureTensors

// The loss of labels without places, against the sum over every path there is.
extension OperationFixture {
  /// -log of the sum over all paths that read as `labels` when repeats are merged and blanks left
  /// out.
  private static func pathLoss(_ logarithms: [[Double]], _ labels: [Int], _ blank: Int) -> Double {
    var sum = 0.0
    let classes = logarithms[0].count
    for path in Plain.indices(of: logarithms.map { _ in classes }) {
      let merged = path.enumerated().filter { $0.offset == 0 || path[$0.offset - 1] != $0.element }
      guard merged.map(\.element).filter({ $0 != blank }) == labels else { continue }
      let logarithm: Double = zip(logarithms, path).reduce(0) { $0 + $1.0[$1.1] }
      sum += Foundation.exp(logarithm)
    }
    return -Foundation.log(sum)
  }

  private static func alignedLoss(
    _ logarithms: Plain, _ labels: [[Int]], _ lengths: [Int], _ blank: Int
  ) -> Plain {
    let (time, classes) = (logarithms.shape[1], logarithms.shape[2])
    let losses = labels.indices.map { row in
      let steps = (0..<lengths[row]).map { step in
        let start = (row * time + step) * classes
        return Array(logarithms.values[start..<(start + classes)])
      }
      return pathLoss(steps, labels[row], blank)
    }
    return Plain([], [losses.reduce(0, +) / Double(losses.count)])
  }

  private static let logitsRow = "ctc(logits: Tensor, Tensor, lengths: [Int]?, blank: Int)"

  @FixtureBuilder static var alignments: [OperationFixture] {
    OperationFixture("the CTC loss of logits", logitsRow, [[3, 4, 3]]) {
      try ctc(
        logits: $0[0], Tensor([1, 2, -1, 1, 1, -1, 2, 1, 2], shape: [3, 3]), lengths: [4, 3, 4])
    } plain: {
      alignedLoss(logarithms($0[0]), [[1, 2], [1, 1], [2, 1, 2]], [4, 3, 4], 0)
    }
    OperationFixture("the CTC loss of one step and of no label", logitsRow, [[3, 2, 3]]) {
      try ctc(
        logits: $0[0], Tensor([Int32(1), -1, 0], shape: [3, 1]), lengths: [1, 2, 2], blank: 2)
    } plain: {
      alignedLoss(logarithms($0[0]), [[1], [], [0]], [1, 2, 2], 2)
    }
    OperationFixture(
      "the CTC loss of probabilities", "ctc(Tensor, Tensor, lengths: [Int]?, blank: Int)",
      [.share([2, 3, 3])]
    ) {
      try ctc(whole($0[0]), Tensor([1, 0, 0, -1], shape: [2, 2]), blank: 2)
    } plain: {
      alignedLoss(whole($0[0]).map { Foundation.log($0) }, [[1, 0], [0]], [3, 3], 2)
    }
  }
}
