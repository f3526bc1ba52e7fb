import LigatureNetworks

/// A network as a drawing: boxes for its layers, networks as boxes around theirs, lines for what
/// flows, dashed ones for what is shared. As ``svg``, ``mermaid`` and ``dot``.
///
/// Whatever comes from a user, such as names, is escaped in each of them. Equal networks give equal
/// bytes.
public struct NetworkDiagram: Sendable {
  /// A box, by its number in ``boxes``.
  struct Box: Sendable {
    enum Kind: String, Sendable {
      /// The drawing itself.
      case root
      /// A layer with nothing in it that could be shown.
      case layer
      /// A network, whose layers are joined by lines.
      case network
      /// A layer that holds others and calls them as its code says.
      case custom
      /// What the code of such a layer learns and reads itself.
      case code
      /// A place of a layer that stands elsewhere too.
      case again
      /// An input or output of a network.
      case port
    }

    let kind: Kind
    /// From the network: `encoder/fc1`; empty for the network itself.
    let path: String
    let name: String
    /// Lines of text below the name.
    let notes: [String]
    /// The number of the box around it; nil for the root.
    let parent: Int?
    /// The boxes in it, in order.
    var parts: [Int] = []
    /// Lines between boxes in it.
    var lines: [Line] = []
    /// What is wrong at this place.
    var problems: [String] = []
    /// Whether the boxes in it are shown.
    var isOpen = false

    var isContainer: Bool { !parts.isEmpty }
  }

  /// A line between two boxes of one network, by their numbers.
  struct Line: Sendable, Hashable {
    let source: Int
    let target: Int
    /// The ports at its ends, where there are several.
    let label: String
    /// The place of the port that it leaves by.
    let port: Int
    /// Whether a learnable goes along it.
    let isLearnable: Bool
  }

  /// What one layer takes from another's learnables.
  struct Tie: Sendable, Hashable {
    let user: Int
    let owner: Int
    var labels: [String]
  }

  /// Boxes, each behind the one that it is in; the first is the network.
  private(set) var boxes: [Box] = []
  private(set) var ties: [Tie] = []

  /// As many boxes as are shown at first, with what is in them, unless somebody says otherwise.
  static let comfortableCount = 60

  /// The drawing of what an analysis found.
  ///
  /// - Parameter depth: how many levels of layers within layers are shown; nil shows as many as do
  ///   not make it large.
  public init(_ analysis: NetworkAnalysis, depth: Int? = nil) {
    var builder = DiagramBuilder(analysis)
    builder.build()
    boxes = builder.boxes
    ties = builder.ties
    open(depth)
  }

  private mutating func open(_ depth: Int?) {
    boxes[0].isOpen = true
    var level = [0]
    var shown = boxes[0].parts.count
    var reached = 1
    while !level.isEmpty {
      level = level.flatMap { boxes[$0].parts }.filter { boxes[$0].isContainer }
      let more = level.reduce(0) { $0 + boxes[$1].parts.count }
      guard depth.map({ reached < $0 }) ?? (shown + more <= Self.comfortableCount) else { return }
      for box in level { boxes[box].isOpen = true }
      shown += more
      reached += 1
    }
  }

  /// The same with every box open.
  var opened: NetworkDiagram {
    var copy = self
    for box in copy.boxes.indices where copy.boxes[box].isContainer {
      copy.boxes[box].isOpen = true
    }
    return copy
  }

  /// The innermost box around a box, or itself, that is shown.
  func shown(_ box: Int) -> Int {
    var found = box
    var outer = boxes[box].parent
    while let box = outer {
      if !boxes[box].isOpen { found = box }
      outer = boxes[box].parent
    }
    return found
  }

  /// Ties between boxes that are shown, each pair once.
  var shownTies: [Tie] {
    var places: [[Int]: Int] = [:]
    var found: [Tie] = []
    for tie in ties {
      let (user, owner) = (shown(tie.user), shown(tie.owner))
      guard user != owner else { continue }
      if let place = places[[user, owner]] {
        found[place].labels += tie.labels
      } else {
        places[[user, owner]] = found.count
        found.append(Tie(user: user, owner: owner, labels: tie.labels))
      }
    }
    return found
  }
}

extension NetworkAnalysis {
  /// The network as a drawing.
  public var diagram: NetworkDiagram { NetworkDiagram(self) }
}

/// A network as a drawing that can be had as SVG, Mermaid or DOT.
///
///     try plot(network).save(to: URL(filePath: "network.svg"))
///
/// The network is looked at as ``analyze(_:)`` does, so that boxes say the layouts of what comes
/// out of them; what is wrong with it is marked. Never throws, whatever the network.
///
/// - Parameter depth: how many levels of layers within layers are shown; nil shows as many as do
///   not make the drawing large.
public func plot(_ network: Network, depth: Int? = nil) -> NetworkDiagram {
  NetworkDiagram(network.analysis, depth: depth)
}
