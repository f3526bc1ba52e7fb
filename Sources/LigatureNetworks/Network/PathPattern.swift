/// A path with `*` for anything within a name and `**` for any number of names.
struct PathPattern {
  private let parts: [Substring]

  init(_ pattern: String) { parts = pattern.split(separator: "/") }

  /// What is inside the layers that a pattern names.
  init(inside pattern: String) { parts = pattern.split(separator: "/") + ["**"] }

  /// O(pattern · path), and in constant memory: paths may come from a file.
  func matches(_ path: String) -> Bool {
    Self.match(parts, path.split(separator: "/"), any: "**") { part, name in
      Self.match(Array(part), Array(name), any: "*", ==)
    }
  }

  /// Whether a pattern, in which `any` stands for any number of elements, matches all elements.
  private static func match<Part: Equatable, Element>(
    _ pattern: [Part], _ elements: [Element], any: Part, _ equals: (Part, Element) -> Bool
  ) -> Bool {
    var (part, element) = (0, 0)
    // Where to go on when the elements taken by the last `any` were too few.
    var retry: (part: Int, element: Int)?
    while element < elements.count {
      if part < pattern.count, pattern[part] == any {
        retry = (part, element)
        part += 1
      } else if part < pattern.count, equals(pattern[part], elements[element]) {
        part += 1
        element += 1
      } else if let (any, start) = retry {
        retry = (any, start + 1)
        (part, element) = (any + 1, start + 1)
      } else {
        return false
      }
    }
    return pattern[part...].allSatisfy { $0 == any }
  }

  /// Whether it stands for more than one path.
  var isOpen: Bool { parts.contains { $0.contains("*") } }

  /// What the stars stand for where the pattern matches a path, in order; nil where it does not.
  func captures(_ path: String) -> [String]? {
    matches(path) ? Self.captures(parts[...], path.split(separator: "/")[...]) : nil
  }

  private static func captures(
    _ pattern: ArraySlice<Substring>, _ names: ArraySlice<Substring>
  ) -> [String]? {
    guard let part = pattern.first else { return names.isEmpty ? [] : nil }
    let rest = pattern.dropFirst()
    guard part == "**" else {
      guard let name = names.first,
        let own = captures(Array(part)[...], Array(name)[...]),
        let others = captures(rest, names.dropFirst())
      else { return nil }
      return own + others
    }
    for count in 0...names.count {
      if let others = captures(rest, names.dropFirst(count)) {
        return [names.prefix(count).joined(separator: "/")] + others
      }
    }
    return nil
  }

  private static func captures(
    _ pattern: ArraySlice<Character>, _ letters: ArraySlice<Character>
  ) -> [String]? {
    guard let letter = pattern.first else { return letters.isEmpty ? [] : nil }
    let rest = pattern.dropFirst()
    guard letter == "*" else {
      return letters.first == letter ? captures(rest, letters.dropFirst()) : nil
    }
    for count in 0...letters.count {
      if let others = captures(rest, letters.dropFirst(count)) {
        return [String(letters.prefix(count))] + others
      }
    }
    return nil
  }

  /// The path with texts in the place of the stars; nil where there are more or fewer of these.
  func path(filledWith texts: [String]) -> String? {
    var texts = texts[...]
    var names: [String] = []
    for part in parts {
      if part == "**" {
        guard let text = texts.popFirst() else { return nil }
        if !text.isEmpty { names.append(text) }
        continue
      }
      var name = ""
      for letter in part {
        guard letter == "*" else {
          name.append(letter)
          continue
        }
        guard let text = texts.popFirst() else { return nil }
        name += text
      }
      names.append(name)
    }
    return texts.isEmpty ? names.joined(separator: "/") : nil
  }
}
