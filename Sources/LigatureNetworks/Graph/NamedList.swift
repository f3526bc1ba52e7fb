/// What is found by its name in a graph.
protocol Named: Sendable {
  var name: String { get }
  /// What tells it from another of the same kind under another name; nil where nothing does.
  var identity: ObjectIdentifier? { get }
}

/// Things in order, each of another name, found by name or identity without a search. O(1) but for
/// taking things away, which is O(count).
struct NamedList<Element: Named>: RandomAccessCollection, MutableCollection, Sendable {
  private var elements: [Element] = []
  private var places: [String: Int] = [:]
  private var sharing: [ObjectIdentifier: [Int]] = [:]

  init() {}

  init(_ elements: some Sequence<Element>) {
    for element in elements { append(element) }
  }

  var startIndex: Int { 0 }
  var endIndex: Int { elements.count }

  subscript(place: Int) -> Element {
    get { elements[place] }
    set {
      guard elements[place].name == newValue.name, elements[place].identity == newValue.identity
      else {
        var changed = elements
        changed[place] = newValue
        self = NamedList(changed)
        return
      }
      elements[place] = newValue
    }
  }

  /// The first of this name.
  subscript(name: String) -> Element? { places[name].map { elements[$0] } }

  /// The place of the first of this name.
  func place(of name: String) -> Int? { places[name] }

  /// Those of this identity, in order.
  func all(_ identity: ObjectIdentifier) -> some Collection<Element> {
    (sharing[identity] ?? []).lazy.map { elements[$0] }
  }

  mutating func append(_ element: Element) {
    if places[element.name] == nil { places[element.name] = elements.count }
    if let identity = element.identity { sharing[identity, default: []].append(elements.count) }
    elements.append(element)
  }

  mutating func removeAll(where isRemoved: (Element) throws -> Bool) rethrows {
    self = NamedList(try elements.filter { try !isRemoved($0) })
  }
}
