import LigatureFiles

/// The header of a group or a dataset: a list of messages, each of a kind.
struct HDF5Object: Sendable {
  /// Kinds of messages.
  enum Kind {
    static let dataspace = 1, linkInfo = 2, datatype = 3, link = 6, layout = 8, filters = 11
    static let attribute = 12, continuation = 16, symbolTable = 17
  }

  struct Message: Sendable {
    let kind: Int
    let flags: Int
    let bytes: [UInt8]
  }

  private static let mostMessages = 1 << 16
  private static let mostBlocks = 1024
  private static let largestBlock = 16 << 20

  let file: HDF5File
  let address: Int
  let messages: [Message]

  /// Reads the header with all its continuations. O(bytes of it).
  init(_ file: HDF5File, at address: Int) throws {
    self.file = file
    self.address = address
    let what = "the header of an object"
    let start = try file.bytes(4, at: address, of: what)
    var messages: [Message] = []
    var blocks: [(address: Int, count: Int)] = []
    let isNew = start.elementsEqual("OHDR".utf8)
    var hasOrder = false
    if isNew {
      let flags = try file.bytes(6, at: address, of: what)[5]
      hasOrder = flags & 4 != 0
      let head = 6 + (flags & 32 != 0 ? 16 : 0) + (flags & 16 != 0 ? 4 : 0)
      let width = 1 << Int(flags & 3)
      var fields = try file.fields(head + width, at: address, of: what)
      try fields.skip(head)
      blocks.append((address + head + width, try fields.number(width)))
    } else {
      var fields = try file.fields(16, at: address, of: what)
      let version = try fields.number(1)
      guard version == 1 else { throw fields.damage("\(what) of version 1 or 2", "\(version)") }
      try fields.skip(7)
      blocks.append((address + 16, try fields.number(4)))
    }
    var seen = 0
    while seen < blocks.count {
      guard seen < Self.mostBlocks, blocks[seen].count <= Self.largestBlock else {
        throw file.damage(
          "\(what) in at most \(Self.mostBlocks) blocks of \(Self.largestBlock) bytes",
          "more", at: address)
      }
      var fields = try file.fields(blocks[seen].count, at: blocks[seen].address, of: what)
      if isNew, seen > 0 { try fields.mark("OCHK") }
      // The sum at the end of a continuation.
      let end = isNew && seen > 0 ? 4 : 0
      let headCount = isNew ? (hasOrder ? 6 : 4) : 8
      while fields.left - end >= headCount {
        let kind = try fields.number(isNew ? 1 : 2)
        let count = try fields.number(2)
        let flags = try fields.number(1)
        try fields.skip(isNew ? (hasOrder ? 2 : 0) : 3)
        let bytes = Array(try fields.take(count))
        if kind == Kind.continuation {
          var place = HDF5Fields(
            bytes, file: file.source.name, what: what, address: file.base + address)
          blocks.append((try place.address(), try place.number(8)))
        } else {
          messages.append(Message(kind: kind, flags: flags, bytes: bytes))
        }
        guard messages.count <= Self.mostMessages else {
          throw file.damage(
            "\(what) with at most \(Self.mostMessages) messages", "more", at: address)
        }
      }
      seen += 1
    }
    self.messages = messages
  }

  /// The first message of a kind; nil where there is none. Throws for one that is shared, which
  /// stands elsewhere.
  func message(_ kind: Int, _ what: String) throws -> HDF5Fields? {
    guard let message = messages.first(where: { $0.kind == kind }) else { return nil }
    guard message.flags & 2 == 0 else {
      throw file.refusal("\(what) in the object's own header", "a shared one")
    }
    return HDF5Fields(
      message.bytes, file: file.source.name, what: what, address: file.base + address)
  }

  var isGroup: Bool {
    messages.contains { $0.kind == Kind.symbolTable || $0.kind == Kind.linkInfo }
  }

  /// The text or the first number of an attribute; nil where there is none, or of another type.
  func attribute(_ name: String) throws -> HDF5Attribute? {
    for message in messages where message.kind == Kind.attribute {
      let fields = HDF5Fields(
        message.bytes, file: file.source.name, what: "an attribute", address: file.base + address)
      if let value = try HDF5Attribute(fields, named: name) { return value }
    }
    return nil
  }
}

/// A small value beside an object.
enum HDF5Attribute: Equatable {
  case text(String)
  case number(Int)
  case other

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var number: Int? { if case .number(let number) = self { number } else { nil } }

  /// Nil for one of another name.
  init?(_ fields: HDF5Fields, named name: String) throws {
    var fields = fields
    let version = try fields.number(1)
    guard (1...3).contains(version) else {
      throw fields.damage("an attribute of version 1 to 3", "\(version)")
    }
    try fields.skip(1)
    let counts = [try fields.number(2), try fields.number(2), try fields.number(2)]
    if version == 3 { try fields.skip(1) }
    func part(_ count: Int) throws -> ArraySlice<UInt8> {
      let part = try fields.take(count)
      if version == 1 { try fields.skip(min((8 - count % 8) % 8, fields.left)) }
      return part
    }
    let own = try part(counts[0]).prefix { $0 != 0 }
    guard own.elementsEqual(name.utf8) else { return nil }
    let type = HDF5Type.Head(Array(try part(counts[1])))
    _ = try part(counts[2])
    guard let type, type.byteCount <= fields.left else {
      self = .other
      return
    }
    let value = try fields.take(type.byteCount)
    switch type.kind {
    case 3: self = .text(String(decoding: value.prefix { $0 != 0 }, as: UTF8.self))
    case 0 where type.byteCount <= 8:
      let ordered = type.isBigEndian ? Array(value) : value.reversed()
      self = .number(Int(truncatingIfNeeded: ordered.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }))
    default: self = .other
    }
  }
}
