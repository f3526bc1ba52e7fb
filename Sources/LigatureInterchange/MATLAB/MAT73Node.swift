import LigatureFiles

/// An array of a MAT-file of version 7.3: a dataset or a group, with MATLAB's name for its class.
struct MAT73Node {
  let object: HDF5Object
  /// The subject of errors.
  let what: String
  let className: String?
  let isEmpty: Bool
  /// The rows of a sparse matrix.
  let sparseRows: Int?
  /// Nil for a group.
  let dataset: HDF5Dataset?

  init(_ object: HDF5Object, what: String) throws {
    self.object = object
    self.what = what
    className = try object.attribute("MATLAB_class")?.text
    isEmpty = try object.attribute("MATLAB_empty")?.number ?? 0 != 0
    sparseRows = try object.attribute("MATLAB_sparse")?.number
    dataset = object.isGroup ? nil : try HDF5Dataset(object)
  }

  /// What the list of variables says. Of an empty array, the size stands among the elements.
  func variable(_ name: String) -> MATVariable {
    let isComplex = if case .complex? = dataset?.type { true } else { false }
    let known = className.flatMap { MATVariable.Class(rawValue: $0) }
    let kind: MATVariable.Class =
      sparseRows != nil
      ? .sparse
      : known ?? (className != nil ? .opaque : dataset == nil ? .struct : plainClass)
    let size = isEmpty ? [0, 0] : dataset.map { Self.size($0.shape) } ?? [1, 1]
    return MATVariable(
      name: name, size: size, class: kind, isComplex: isComplex,
      className: kind == .opaque ? className : nil)
  }

  /// The class of a dataset that other programs wrote.
  private var plainClass: MATVariable.Class {
    switch dataset?.type {
    case .references?: return .cell
    case .numbers(let type, _)?, .complex(let type, _)?:
      switch type {
      case .int8: return .int8
      case .int16: return .int16
      case .int32: return .int32
      case .int64: return .int64
      case .uint8: return .uint8
      case .uint16: return .uint16
      case .uint32: return .uint32
      case .uint64: return .uint64
      case .float16, .float32: return .single
      case .float64: return .double
      }
    default: return .opaque
    }
  }

  /// MATLAB's sizes, of which there are two at least, first axis fastest.
  static func size(_ shape: [Int]) -> [Int] {
    let size = Array(shape.reversed())
    return size.count >= 2 ? size : size + Array(repeating: 1, count: 2 - size.count)
  }
}
