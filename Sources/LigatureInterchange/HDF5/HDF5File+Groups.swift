import LigatureFiles

extension HDF5File {
  private static let longestName = 4096
  private static let deepestTree = 32

  /// The objects in a group by name, in the order of names as the file has it.
  func links(of group: HDF5Object) throws -> [(name: String, address: Int)] {
    if var table = try group.message(HDF5Object.Kind.symbolTable, "a group") {
      let (tree, heap) = (try table.address(), try table.address())
      var fields = try fields(32, at: heap, of: "the names of a group")
      try fields.mark("HEAP")
      try fields.skip(4)
      let count = try fields.number(8)
      try fields.skip(8)
      let names = try fields.address()
      _ = try range(count, at: names, of: "the names of a group")
      var links: [(String, Int)] = []
      var seen: Set<Int> = []
      try walkGroup(tree, level: nil, seen: &seen) { offset, address in
        links.append((try name(at: offset, of: (names, count)), address))
      }
      return links
    }
    if var info = try group.message(HDF5Object.Kind.linkInfo, "a group") {
      try info.skip(1)
      let flags = try info.number(1)
      if flags & 1 != 0 { try info.skip(8) }
      guard try info.address() == Self.undefined else {
        throw refusal("a group with its links in its header, or in a symbol table", "a dense one")
      }
    }
    return try group.messages.filter { $0.kind == HDF5Object.Kind.link }.compactMap(link)
  }

  /// A link in a header; nil for one that leads elsewhere than to an object of this file.
  private func link(_ message: HDF5Object.Message) throws -> (name: String, address: Int)? {
    var fields = HDF5Fields(
      message.bytes, file: source.name, what: "a link", address: base)
    try fields.skip(1)
    let flags = try fields.number(1)
    let kind = flags & 8 != 0 ? try fields.number(1) : 0
    if flags & 4 != 0 { try fields.skip(8) }
    if flags & 16 != 0 { try fields.skip(1) }
    let count = try fields.number(1 << (flags & 3))
    let name = String(decoding: try fields.take(count), as: UTF8.self)
    return kind == 0 ? (name, try fields.address()) : nil
  }

  /// Goes through a B-tree of version 1 whose leaves are tables of symbols.
  private func walkGroup(
    _ address: Int, level: Int?, seen: inout Set<Int>, _ body: (Int, Int) throws -> Void
  ) throws {
    let what = "the tree of a group"
    guard seen.insert(address).inserted else {
      throw damage("\(what) with each node once", "one twice", at: address)
    }
    var head = try fields(24, at: address, of: what)
    try head.mark("TREE")
    let kind = try head.number(1)
    let own = try head.number(1)
    let count = try head.number(2)
    guard kind == 0, own < Self.deepestTree, level == nil || own == level else {
      throw head.damage("a node of \(what)", "kind \(kind), level \(own)")
    }
    var entries = try fields(16 * count, at: address + 24, of: what)
    for _ in 0..<count {
      try entries.skip(8)
      let child = try entries.address()
      if own > 0 {
        try walkGroup(child, level: own - 1, seen: &seen, body)
      } else {
        try readSymbols(child, seen: &seen, body)
      }
    }
  }

  private func readSymbols(
    _ address: Int, seen: inout Set<Int>, _ body: (Int, Int) throws -> Void
  ) throws {
    let what = "a table of symbols"
    guard seen.insert(address).inserted else {
      throw damage("\(what) once", "twice", at: address)
    }
    var head = try fields(8, at: address, of: what)
    try head.mark("SNOD")
    try head.skip(2)
    let count = try head.number(2)
    var entries = try fields(40 * count, at: address + 8, of: what)
    for _ in 0..<count {
      let (name, header) = (try entries.number(8), try entries.address())
      try entries.skip(24)
      try body(name, header)
    }
  }

  private func name(at offset: Int, of heap: (address: Int, count: Int)) throws -> String {
    guard offset < heap.count else {
      throw damage("a name among \(heap.count) bytes of names", "byte \(offset)", at: heap.address)
    }
    let count = min(heap.count - offset, Self.longestName)
    let bytes = try bytes(count, at: heap.address + offset, of: "a name")
    guard let end = bytes.firstIndex(of: 0) else {
      throw damage("a name of at most \(Self.longestName) bytes", "a longer one", at: heap.address)
    }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }
}
