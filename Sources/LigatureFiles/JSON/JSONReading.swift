/// A JSON value with the place it came from, read as what it should be or refused by that place.
package struct JSONReading {
  package let value: JSONValue
  /// The last key or number on the way to it.
  package let name: String
  private let file: String
  private let path: String

  private init(_ value: JSONValue, _ name: String, _ file: String, _ path: String) {
    self.value = value
    self.name = name
    self.file = file
    self.path = path
  }

  /// The JSON of a text; `name` stands for the whole in errors about a part, `file` before it.
  ///
  /// - Throws: `FileError` for what is no JSON.
  package init(_ text: String, name: String, file: String) throws {
    self.init(try JSONValue(text, name: file), name, file, "")
  }

  private func inner(_ value: JSONValue, _ name: String) -> JSONReading {
    // Long keys are cut, since a path of them is made for each value.
    JSONReading(value, name, file, path.count > 200 ? path : path + "/" + name.prefix(40))
  }

  /// An error about this value.
  package func failure(_ expected: String, _ found: String? = nil) -> FileError {
    FileError(
      file: file, expected: "\(expected) at \(path.isEmpty ? "the top" : path)",
      found: found ?? String(value.text.prefix(60)),
      remedy: "the file is damaged or was changed by hand; save the network again")
  }

  /// The members of an object.
  package func members() throws -> some Collection<JSONReading> {
    guard case .object(let members) = value else { throw failure("an object") }
    return members.lazy.map { inner($0.value, $0.key) }
  }

  /// The elements of an array.
  package func elements() throws -> some RandomAccessCollection<JSONReading> {
    guard case .array(let elements) = value else { throw failure("an array") }
    return elements.indices.lazy.map { inner(elements[$0], String($0)) }
  }

  /// A member of an object; null where it is missing.
  package subscript(_ key: String) -> JSONReading {
    guard case .object(let members) = value else { return inner(.null, key) }
    return inner(members.first { $0.key == key }?.value ?? .null, key)
  }

  package func string() throws -> String {
    guard case .string(let string) = value else { throw failure("a string") }
    return string
  }

  package func int(in range: Range<Int>) throws -> Int {
    guard case .number(let text) = value, let number = Int(text), range.contains(number) else {
      throw failure(range.isEmpty ? "null" : "a whole number in \(range)")
    }
    return number
  }

  package func double() throws -> Double {
    guard case .number(let text) = value, let number = Double(text), number.isFinite else {
      throw failure("a finite number")
    }
    return number
  }

  package func seed() throws -> UInt64 {
    guard case .number(let text) = value, let number = UInt64(text) else {
      throw failure("a whole number from 0 to \(UInt64.max)")
    }
    return number
  }

  /// What `read` makes of it, or nil for null.
  package func ifNotNull<Result>(_ read: (JSONReading) throws -> Result) rethrows -> Result? {
    value == .null ? nil : try read(self)
  }

  /// One of a type's cases, by name.
  package func name<Name: RawRepresentable & CaseIterable>(of type: Name.Type) throws -> Name
  where Name.RawValue == String {
    guard case .string(let text) = value, let name = Name(rawValue: text) else {
      throw failure("one of " + Name.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return name
  }
}
