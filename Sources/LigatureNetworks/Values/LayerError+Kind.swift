extension LayerError {
  /// What sort of error a ``LayerError`` is: for code that decides by it, which words are not made
  /// for.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// A tensor, a layout or a batch has not the size that was expected.
    case shape
    /// A tensor, or a network, is of a scalar type that does not do here.
    case scalarType
    /// Another number of tensors was given or asked for than there are ports.
    case portCount
    /// A layer takes or returns another number of tensors than it names ports.
    case portMismatch
    /// A learnable has no value where it needs one.
    case uninitialized
    /// The layout of an input is not known.
    case unknownInput
    /// A port or a learnable is connected to nothing, to something that is not there, or not as
    /// somebody says.
    case unconnected
    /// A network has no layers, an input that feeds nothing, or layers that feed each other.
    case graph
    /// A layer or network is inside itself.
    case containsItself
    /// Layers are nested deeper than may be.
    case nesting
    /// A name that cannot be one, or that is taken.
    case name
    /// There is no layer, port or learnable of this name or path.
    case notFound
    /// A learnable cannot be tied, untied, wired or left where it is.
    case tie
    /// A property stores tensors or layers and is marked neither as learnable nor as state.
    case unmarkedProperty
    /// A setting, a size or an argument is out of range.
    case setting
    /// Steps of sequences would be mixed with padding.
    case padding
    /// A layer or tie cannot be copied or stored, because it is not `Codable`, or a closure.
    case notCodable
    /// The `Codable` of a layer leaves something out, or does not read what it wrote.
    case coding
    /// A file has a type of layer that nobody has registered.
    case unregistered
    /// What a file says contradicts itself.
    case damagedFile
    /// A pass was begun within another, or has nothing to differentiate.
    case pass
    /// A network was edited while it ran.
    case edited
    /// A backward that somebody wrote returned what is no gradient.
    case gradient
    /// A tensor operation refused its operands: ``LayerError/cause`` is its `TensorError`.
    case operation
    /// A layer threw an error of its own: ``LayerError/cause``.
    case thrown
    /// Anything else.
    case other
  }
}
