import Foundation
import LigatureFiles
import LigatureNetworks
import LigatureTensors

extension Architecture {
  /// The records that JSON of a file claims. Whether their numbers refer to anything is judged by
  /// ``verify()``.
  ///
  /// - Throws: `FileError` with the place, for anything that ``json`` does not write.
  init(_ json: JSONReading) throws {
    self.init()
    networks = try json["networks"].elements().map { try NetworkRecord($0) }
    layers = try json["layers"].elements().map { try LayerRecord($0) }
    learnables = try json["learnables"].elements().map { try LearnableRecord($0) }
    parameters = try json["parameters"].elements().map { try ParameterRecord($0) }
    states = try json["states"].elements().map { try $0.name(of: LayerState.Sharing.self) }
  }
}

extension JSONReading {
  /// A number of a record.
  fileprivate func place() throws -> Int { try int(in: 0..<Int.max) }
}

extension Architecture.NetworkRecord {
  fileprivate init(_ json: JSONReading) throws {
    self.init(
      seed: try json["seed"].seed(), scalarType: try json["scalars"].name(of: ScalarType.self))
    inputs = try json["inputs"].elements().map {
      Architecture.Input(
        name: try $0["name"].string(), layout: try $0["layout"].ifNotNull { try Layout($0) })
    }
    layers = try json["layers"].elements().map {
      Architecture.Node(name: try $0["name"].string(), layer: try $0["layer"].place())
    }
    connections = try json["connections"].elements().map { pair in
      let ends = try pair.elements().map { try $0.string() }
      guard ends.count == 2 else { throw pair.failure("a source and a target") }
      return Architecture.Connection(source: ends[0], target: ends[1])
    }
  }
}

extension Layout {
  fileprivate init(_ json: JSONReading) throws {
    let sizes = try json["sizes"].elements().map { try $0.ifNotNull { try $0.place() } }
    self.init(try json["labels"].string(), sizes, try json["scalars"].name(of: ScalarType.self))
  }
}

extension Architecture.LayerRecord {
  fileprivate init(_ json: JSONReading) throws {
    if let network = try json["network"].ifNotNull({ try $0.place() }) {
      self = .network(network)
      return
    }
    let slots = try json["holds"].elements().map { slot -> Architecture.Slot in
      if let place = try slot["learnable"].ifNotNull({ try $0.place() }) {
        return .learnable(place)
      }
      return .state(try slot["state"].place())
    }
    self = .coded(
      type: try json["type"].string(),
      configuration: Data(json["configuration"].value.text.utf8), slots: slots)
  }
}

extension Architecture.LearnableRecord {
  fileprivate init(_ json: JSONReading) throws {
    self.init(
      tree: try Architecture.Tree(json["value"]),
      factors: try Architecture.Factors(json["factors"]))
  }
}

extension Architecture.ParameterRecord {
  fileprivate init(_ json: JSONReading) throws {
    let source: Source
    if let owner = try json["alias"].ifNotNull({ try $0.place() }) {
      source = .alias(of: owner, isTransposed: json["transposed"].value == .bool(true))
    } else {
      source = json["wired"].value == .bool(true) ? .wired : .own
    }
    self.init(factors: try Architecture.Factors(json), source: source)
  }
}

extension Architecture.Factors {
  fileprivate init(_ json: JSONReading) throws {
    self.init(
      learnRate: try json["learnRate"].double(), l2: try json["l2"].double(),
      thawed: try json["thawed"].ifNotNull { try $0.double() })
  }
}

extension Architecture.Tree {
  /// No deeper than JSON is read.
  fileprivate init(_ json: JSONReading) throws {
    if json.value == .null {
      self = .none
    } else if case .array = json.value {
      self = .list(try json.elements().map { try Architecture.Tree($0) })
    } else if let place = try json["parameter"].ifNotNull({ try $0.place() }) {
      self = .parameter(place)
    } else if let place = try json["layer"].ifNotNull({ try $0.place() }) {
      self = .layer(place)
    } else {
      self = .dictionary(
        try json["entries"].members().map {
          Architecture.Tree.Entry(key: $0.name, tree: try Architecture.Tree($0))
        })
    }
  }
}
