/// A test's helper could not do its work.
public struct Failure: Error, CustomStringConvertible {
    /// Why.
    public let message: String
    /// The same, for whoever prints the error.
    public var description: String { message }

    /// A failure with its reason.
    public init(message: String) { self.message = message }
}
