import LigatureFiles

/// What the elements of a dataset are.
enum HDF5Type: Equatable {
  case numbers(StoredType, bigEndian: Bool)
  /// The addresses of other objects.
  case references
  /// Two numbers of one type, called real and imag.
  case complex(StoredType, bigEndian: Bool)
  /// Something that is not read, by the number of its class.
  case other(Int)

  /// The eight bytes that all types begin with.
  struct Head {
    let kind: Int
    let version: Int
    let bits: [UInt8]
    let byteCount: Int

    init?(_ bytes: [UInt8]) {
      guard bytes.count >= 8 else { return nil }
      kind = Int(bytes[0] & 15)
      version = Int(bytes[0] >> 4)
      bits = Array(bytes[1..<4])
      byteCount = (0..<4).reduce(0) { $0 | Int(bytes[4 + $1]) << (8 * $1) }
    }

    var isBigEndian: Bool { bits[0] & 1 != 0 }
  }

  var byteCount: Int {
    switch self {
    case .numbers(let type, _): type.byteCount
    case .references: 8
    case .complex(let type, _): 2 * type.byteCount
    case .other: 0
    }
  }

  init(_ bytes: [UInt8]) {
    guard let head = Head(bytes) else {
      self = .other(-1)
      return
    }
    switch head.kind {
    case 0, 1:
      let types: [Int: StoredType] =
        head.kind == 1
        ? [2: .float16, 4: .float32, 8: .float64]
        : head.bits[0] & 8 != 0
          ? [1: .int8, 2: .int16, 4: .int32, 8: .int64]
          : [1: .uint8, 2: .uint16, 4: .uint32, 8: .uint64]
      // Numbers that fill their bytes, from the first bit on.
      let isWhole =
        bytes.count >= 12 && bytes[8] == 0 && bytes[9] == 0
        && Int(bytes[10]) | Int(bytes[11]) << 8 == 8 * head.byteCount
      if isWhole, let type = types[head.byteCount] {
        self = .numbers(type, bigEndian: head.isBigEndian)
      } else {
        self = .other(head.kind)
      }
    case 7 where head.bits[0] & 15 == 0 && head.byteCount == 8: self = .references
    // An enumeration is kept as its base type, which stands behind the head: true and false.
    case 8 where bytes.count > 8:
      let base = HDF5Type(Array(bytes[8...].prefix(20)))
      if case .numbers = base { self = base } else { self = .other(8) }
    case 6: self = Self.complex(head, bytes) ?? .other(6)
    default: self = .other(head.kind)
    }
  }

  /// A compound of real and imag in this order.
  private static func complex(_ head: Head, _ bytes: [UInt8]) -> HDF5Type? {
    guard Int(head.bits[0]) | Int(head.bits[1]) << 8 == 2 else { return nil }
    var place = 8
    var members: [HDF5Type] = []
    for name in ["real", "imag"] {
      guard place + 5 <= bytes.count, bytes[place..<(place + 4)].elementsEqual(name.utf8),
        bytes[place + 4] == 0
      else { return nil }
      // Names end with a zero, up to version 2 at a multiple of eight; then the place in the
      // element, and in version 1 the sizes of an array.
      place += head.version == 3 ? 5 : 8
      place += head.version == 3 ? 1 : head.version == 2 ? 4 : 32
      guard place < bytes.count,
        case .numbers(let type, let bigEndian) = HDF5Type(Array(bytes[place...]))
      else { return nil }
      members.append(.numbers(type, bigEndian: bigEndian))
      // Four bytes of properties of whole numbers, twelve of others.
      place += 8 + (bytes[place] & 15 == 0 ? 4 : 12)
    }
    guard members[0] == members[1], case .numbers(let type, let bigEndian) = members[0],
      2 * type.byteCount == head.byteCount
    else { return nil }
    return .complex(type, bigEndian: bigEndian)
  }
}
