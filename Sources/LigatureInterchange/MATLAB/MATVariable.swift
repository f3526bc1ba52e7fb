/// A variable of a MAT file, as the list of a file's contents shows it.
public struct MATVariable: Sendable, Equatable {
  /// What a MATLAB array is made of.
  public enum Class: String, Sendable, CaseIterable {
    /// Floating point numbers of 64 and of 32 bits.
    case double, single
    /// Signed whole numbers.
    case int8, int16, int32, int64
    /// Unsigned whole numbers.
    case uint8, uint16, uint32, uint64
    /// True and false, read as 1 and 0.
    case logical
    /// Text, read as the numbers of its UTF-16 code units.
    case char
    /// A list of arrays, read with ``MATFile/tensors(_:as:order:)``.
    case cell
    /// Arrays by name, each read as `variable.field`.
    case `struct`
    /// Sparse matrices, objects and functions, which are listed and cannot be read.
    case object, sparse, function, opaque

    /// Whether a variable of this class is a dense array of numbers, which can be read.
    public var isNumeric: Bool {
      switch self {
      case .cell, .struct, .object, .sparse, .function, .opaque: false
      default: true
      }
    }
  }

  /// The variable's name in MATLAB.
  public let name: String

  /// The size as MATLAB gives it, two axes or more; empty for an opaque object, which records none.
  public let size: [Int]

  /// What the array is made of.
  public let `class`: Class

  /// Whether the numbers have imaginary parts; such a variable cannot be read.
  public let isComplex: Bool

  /// What the class of an object is called, such as `categorical`; nil for what is no object, or
  /// where the file does not say.
  public let className: String?

  init(
    name: String, size: [Int], class: Class, isComplex: Bool, className: String? = nil
  ) {
    self.name = name
    self.size = size
    self.class = `class`
    self.isComplex = isComplex
    self.className = className
  }
}

extension MATVariable: CustomStringConvertible {
  /// Name, size and class: `XTrain: 28x28x1x5000 double`, `YTrain: opaque categorical`.
  public var description: String { "\(name): \(kind)" }

  /// The description without the name.
  var kind: String {
    let words = [
      sizeText(size), isComplex ? "complex" : "", self.class.rawValue, className ?? "",
    ]
    return words.filter { !$0.isEmpty }.joined(separator: " ")
  }
}

extension MATVariable.Class {
  /// The class with a number from the format's table 5-4, or `nil` if there is none.
  init?(code: UInt8, isLogical: Bool) {
    if isLogical && (6...15).contains(code) {
      self = .logical
      return
    }
    let table: [UInt8: Self] = [
      1: .cell, 2: .struct, 3: .object, 4: .char, 5: .sparse, 6: .double, 7: .single, 8: .int8,
      9: .uint8, 10: .int16, 11: .uint16, 12: .int32, 13: .uint32, 14: .int64, 15: .uint64,
      16: .function, 17: .opaque, 18: .object,
    ]
    guard let found = table[code] else { return nil }
    self = found
  }
}
