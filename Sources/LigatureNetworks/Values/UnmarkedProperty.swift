/// A property of a layer that holds tensors or layers without being marked.
struct UnmarkedProperty {
  /// How a property comes to hold what it should not.
  enum Content {
    /// It is a tensor, a layer, or a list, dictionary or optional of those.
    case whole
    /// Somewhere in a plain value, at this path of it, is such a thing, of this type.
    case part(path: [String], type: String)
    /// Somewhere in a plain value is a property that is marked, which nobody looks for there.
    case mark(path: [String], type: String)
  }

  let name: String
  let type: String
  let content: Content
}

extension UnmarkedProperty.Content {
  /// The same seen from the value around it, in which it is called `label`.
  func within(_ label: String, of type: String) -> UnmarkedProperty.Content {
    switch self {
    case .whole: .part(path: [label], type: type)
    case .part(let path, let type): .part(path: [label] + path, type: type)
    case .mark(let path, let type):
      // A wrapper is stored under its property's name with an underscore.
      .mark(path: [label.hasPrefix("_") ? String(label.dropFirst()) : label] + path, type: type)
    }
  }
}

extension UnmarkedProperty {
  /// What is wrong with a property of a layer of type `owner`, and how to fix it.
  func error(of owner: String, at path: String) -> LayerError {
    let place = "property `\(name)` of \(owner) has type \(type)"
    let harm = "so it would not be trained, counted or saved"
    switch content {
    case .whole:
      return LayerError(
        .unmarkedProperty, path, "\(place) and is not marked, \(harm)",
        remedy: "Write @Learnable var \(name) (or @LayerState for what is not learned)")
    case .part(let inner, let type):
      return LayerError(
        .unmarkedProperty, path,
        "\(place), whose `\(inner.joined(separator: "."))` has type \(type) and is reached "
          + "by no mark of the layer, \(harm)",
        remedy:
          "Store it in a property of the layer, marked @Learnable (or @LayerState for what is "
          + "not learned)")
    case .mark(let inner, let type):
      let part = inner.isEmpty ? "of which each" : "whose `\(inner.joined(separator: "."))`"
      return LayerError(
        .unmarkedProperty, path,
        "\(place), \(part) has type \(type) and is not found, since only a layer's own "
          + "properties are looked at for marks, \(harm)",
        remedy: inner.isEmpty
          ? "Write @Learnable var \(name), of the type that these hold"
          : "Move it into the layer, or make its type a CustomLayer and write @Learnable var \(name)"
      )
    }
  }
}
